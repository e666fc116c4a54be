// Generated from schemas/ by compile-validators.ts; do not edit.
/* oxlint-disable */
// oxfmt-ignore
export const INSTALLATION_VALIDATORS = (() => {

const schema19 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/lock.schema.json","title":"lock","description":"What a generation holds, and what admitted it.","type":"object","required":["schemaVersion","kind","generation","created","tier","registry","manifest","license","runtime","plugins"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"lock"},"generation":{"type":"integer","minimum":1},"created":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"registry":{"type":"string","minLength":1,"maxLength":500},"manifest":{"type":"object","required":["role","roleVersion","rootVersion","release","sha512"],"properties":{"role":{"type":"string","minLength":1,"maxLength":100},"roleVersion":{"type":"integer","minimum":1},"rootVersion":{"type":"integer","minimum":1},"release":{"type":"integer","minimum":1},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false},"license":{"anyOf":[{"type":"null"},{"type":"object","required":["serial","customer","tier"],"properties":{"serial":{"type":"string","minLength":1,"maxLength":100},"customer":{"type":"string","minLength":1,"maxLength":200},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}},"additionalProperties":false}]},"runtime":{"$ref":"#/$defs/locked"},"plugins":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"$ref":"#/$defs/locked"}}},"additionalProperties":false,"$defs":{"sha512":{"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."},"locked":{"type":"object","required":["name","version","sha512","evidence"],"properties":{"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"sha512":{"$ref":"#/$defs/sha512"},"evidence":{"type":"object","required":["keys","mode","provenance"],"properties":{"keys":{"type":"array","minItems":1,"maxItems":16,"items":{"type":"string","minLength":1,"maxLength":64}},"mode":{"const":"public-key"},"provenance":{"anyOf":[{"type":"null"},{"type":"object","required":["builder","source"],"properties":{"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}]}},"additionalProperties":false}},"additionalProperties":false}}};
const func1 = Object.prototype.hasOwnProperty;
const pattern3 = new RegExp("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$", "u");
const pattern7 = new RegExp("^[a-z][a-z0-9-]{0,63}$", "u");
const schema20 = {"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."};
const pattern4 = new RegExp("^[0-9a-f]{128}$", "u");

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
validate53.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},message:"must match pattern \""+"^[0-9a-f]{128}$"+"\"",schema:"^[0-9a-f]{128}$",parentSchema:schema20,data}];
return false;
}
}
else {
validate53.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema20.type,parentSchema:schema20,data}];
return false;
}
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema21 = {"type":"object","required":["name","version","sha512","evidence"],"properties":{"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"sha512":{"$ref":"#/$defs/sha512"},"evidence":{"type":"object","required":["keys","mode","provenance"],"properties":{"keys":{"type":"array","minItems":1,"maxItems":16,"items":{"type":"string","minLength":1,"maxLength":64}},"mode":{"const":"public-key"},"provenance":{"anyOf":[{"type":"null"},{"type":"object","required":["builder","source"],"properties":{"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}]}},"additionalProperties":false}},"additionalProperties":false};
const pattern5 = new RegExp("^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$", "u");
const pattern6 = new RegExp("^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$", "u");

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate55.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.name === undefined) && (missing0 = "name")) || ((data.version === undefined) && (missing0 = "version"))) || ((data.sha512 === undefined) && (missing0 = "sha512"))) || ((data.evidence === undefined) && (missing0 = "evidence"))){
validate55.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema21.required,parentSchema:schema21,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "version")) || (key0 === "sha512")) || (key0 === "evidence"))){
validate55.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema21,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
validate55.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema21.properties.name,data:data0}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.name.type,parentSchema:schema21.properties.name,data:data0}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data1 = data.version;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(data1.length > 64){
validate55.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema21.properties.version,data:data1}];
return false;
}
else {
if(!pattern6.test(data1)){
validate55.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema21.properties.version,data:data1}];
return false;
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.version.type,parentSchema:schema21.properties.version,data:data1}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sha512 !== undefined){
const _errs6 = errors;
if(!(validate53(data.sha512, {instancePath:instancePath+"/sha512",parentData:data,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evidence !== undefined){
let data3 = data.evidence;
const _errs7 = errors;
if(errors === _errs7){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((((data3.keys === undefined) && (missing1 = "keys")) || ((data3.mode === undefined) && (missing1 = "mode"))) || ((data3.provenance === undefined) && (missing1 = "provenance"))){
validate55.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema21.properties.evidence.required,parentSchema:schema21.properties.evidence,data:data3}];
return false;
}
else {
const _errs9 = errors;
for(const key1 in data3){
if(!(((key1 === "keys") || (key1 === "mode")) || (key1 === "provenance"))){
validate55.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema21.properties.evidence,data:data3}];
return false;
break;
}
}
if(_errs9 === errors){
if(data3.keys !== undefined){
let data4 = data3.keys;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data4)){
if(data4.length > 16){
validate55.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema21.properties.evidence.properties.keys,data:data4}];
return false;
}
else {
if(data4.length < 1){
validate55.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema21.properties.evidence.properties.keys,data:data4}];
return false;
}
else {
var valid2 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
const _errs12 = errors;
if(errors === _errs12){
if(typeof data5 === "string"){
if(data5.length > 64){
validate55.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema21.properties.evidence.properties.keys.items,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate55.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.evidence.properties.keys.items,data:data5}];
return false;
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.evidence.properties.keys.items.type,parentSchema:schema21.properties.evidence.properties.keys.items,data:data5}];
return false;
}
}
var valid2 = _errs12 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties.evidence.properties.keys.type,parentSchema:schema21.properties.evidence.properties.keys,data:data4}];
return false;
}
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data3.mode !== undefined){
let data6 = data3.mode;
const _errs14 = errors;
if("public-key" !== data6){
validate55.errors = [{instancePath:instancePath+"/evidence/mode",schemaPath:"#/properties/evidence/properties/mode/const",keyword:"const",params:{allowedValue: "public-key"},message:"must be equal to constant",schema:"public-key",parentSchema:schema21.properties.evidence.properties.mode,data:data6}];
return false;
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data3.provenance !== undefined){
let data7 = data3.provenance;
const _errs15 = errors;
const _errs16 = errors;
let valid3 = false;
const _errs17 = errors;
if(data7 !== null){
const err0 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema21.properties.evidence.properties.provenance.anyOf[0].type,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[0],data:data7};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs17 === errors;
valid3 = valid3 || _valid0;
const _errs19 = errors;
if(errors === _errs19){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if(((data7.builder === undefined) && (missing2 = "builder")) || ((data7.source === undefined) && (missing2 = "source"))){
const err1 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema21.properties.evidence.properties.provenance.anyOf[1].required,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1],data:data7};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
const _errs21 = errors;
for(const key2 in data7){
if(!((key2 === "builder") || (key2 === "source"))){
const err2 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1],data:data7};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
break;
}
}
if(_errs21 === errors){
if(data7.builder !== undefined){
let data8 = data7.builder;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data8 === "string"){
if(data8.length > 500){
const err3 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
if(data8.length < 1){
const err4 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.builder.type,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var valid4 = _errs22 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.source !== undefined){
let data9 = data7.source;
const _errs24 = errors;
if(errors === _errs24){
if(typeof data9 === "string"){
if(data9.length > 500){
const err6 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data9.length < 1){
const err7 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.source.type,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var valid4 = _errs24 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
const err9 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.properties.evidence.properties.provenance.anyOf[1].type,parentSchema:schema21.properties.evidence.properties.provenance.anyOf[1],data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var _valid0 = _errs19 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err10 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema21.properties.evidence.properties.provenance.anyOf,parentSchema:schema21.properties.evidence.properties.provenance,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate55.errors = vErrors;
return false;
}
else {
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.properties.evidence.type,parentSchema:schema21.properties.evidence,data:data3}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate55.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.type,parentSchema:schema21,data}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}
validate55.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/lock.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.generation === undefined) && (missing0 = "generation"))) || ((data.created === undefined) && (missing0 = "created"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.registry === undefined) && (missing0 = "registry"))) || ((data.manifest === undefined) && (missing0 = "manifest"))) || ((data.license === undefined) && (missing0 = "license"))) || ((data.runtime === undefined) && (missing0 = "runtime"))) || ((data.plugins === undefined) && (missing0 = "plugins"))){
validate52.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema19.required,parentSchema:schema19,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema19.properties, key0))){
validate52.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate52.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema19.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data1 = data.kind;
const _errs3 = errors;
if("lock" !== data1){
validate52.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "lock"},message:"must be equal to constant",schema:"lock",parentSchema:schema19.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.generation !== undefined){
let data2 = data.generation;
const _errs4 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate52.errors = [{instancePath:instancePath+"/generation",schemaPath:"#/properties/generation/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.generation.type,parentSchema:schema19.properties.generation,data:data2}];
return false;
}
if(errors === _errs4){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < 1 || isNaN(data2)){
validate52.errors = [{instancePath:instancePath+"/generation",schemaPath:"#/properties/generation/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.generation,data:data2}];
return false;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.created !== undefined){
let data3 = data.created;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data3 === "string"){
if(!pattern3.test(data3)){
validate52.errors = [{instancePath:instancePath+"/created",schemaPath:"#/properties/created/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema19.properties.created,data:data3}];
return false;
}
}
else {
validate52.errors = [{instancePath:instancePath+"/created",schemaPath:"#/properties/created/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.created.type,parentSchema:schema19.properties.created,data:data3}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tier !== undefined){
let data4 = data.tier;
const _errs8 = errors;
if(!(((((((data4 === "core") || (data4 === "basic")) || (data4 === "pro")) || (data4 === "advanced")) || (data4 === "qm-venture")) || (data4 === "qm-campaign")) || (data4 === "qm-imperium"))){
validate52.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/enum",keyword:"enum",params:{allowedValues: schema19.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.tier.enum,parentSchema:schema19.properties.tier,data:data4}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registry !== undefined){
let data5 = data.registry;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(data5.length > 500){
validate52.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema19.properties.registry,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate52.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.registry,data:data5}];
return false;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.registry.type,parentSchema:schema19.properties.registry,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.manifest !== undefined){
let data6 = data.manifest;
const _errs11 = errors;
if(errors === _errs11){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((((((data6.role === undefined) && (missing1 = "role")) || ((data6.roleVersion === undefined) && (missing1 = "roleVersion"))) || ((data6.rootVersion === undefined) && (missing1 = "rootVersion"))) || ((data6.release === undefined) && (missing1 = "release"))) || ((data6.sha512 === undefined) && (missing1 = "sha512"))){
validate52.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema19.properties.manifest.required,parentSchema:schema19.properties.manifest,data:data6}];
return false;
}
else {
const _errs13 = errors;
for(const key1 in data6){
if(!(((((key1 === "role") || (key1 === "roleVersion")) || (key1 === "rootVersion")) || (key1 === "release")) || (key1 === "sha512"))){
validate52.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.manifest,data:data6}];
return false;
break;
}
}
if(_errs13 === errors){
if(data6.role !== undefined){
let data7 = data6.role;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data7 === "string"){
if(data7.length > 100){
validate52.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema19.properties.manifest.properties.role,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate52.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.manifest.properties.role,data:data7}];
return false;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.manifest.properties.role.type,parentSchema:schema19.properties.manifest.properties.role,data:data7}];
return false;
}
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.roleVersion !== undefined){
let data8 = data6.roleVersion;
const _errs16 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate52.errors = [{instancePath:instancePath+"/manifest/roleVersion",schemaPath:"#/properties/manifest/properties/roleVersion/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.manifest.properties.roleVersion.type,parentSchema:schema19.properties.manifest.properties.roleVersion,data:data8}];
return false;
}
if(errors === _errs16){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
validate52.errors = [{instancePath:instancePath+"/manifest/roleVersion",schemaPath:"#/properties/manifest/properties/roleVersion/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.manifest.properties.roleVersion,data:data8}];
return false;
}
}
}
var valid1 = _errs16 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.rootVersion !== undefined){
let data9 = data6.rootVersion;
const _errs18 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate52.errors = [{instancePath:instancePath+"/manifest/rootVersion",schemaPath:"#/properties/manifest/properties/rootVersion/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.manifest.properties.rootVersion.type,parentSchema:schema19.properties.manifest.properties.rootVersion,data:data9}];
return false;
}
if(errors === _errs18){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 1 || isNaN(data9)){
validate52.errors = [{instancePath:instancePath+"/manifest/rootVersion",schemaPath:"#/properties/manifest/properties/rootVersion/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.manifest.properties.rootVersion,data:data9}];
return false;
}
}
}
var valid1 = _errs18 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.release !== undefined){
let data10 = data6.release;
const _errs20 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate52.errors = [{instancePath:instancePath+"/manifest/release",schemaPath:"#/properties/manifest/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.manifest.properties.release.type,parentSchema:schema19.properties.manifest.properties.release,data:data10}];
return false;
}
if(errors === _errs20){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 1 || isNaN(data10)){
validate52.errors = [{instancePath:instancePath+"/manifest/release",schemaPath:"#/properties/manifest/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.manifest.properties.release,data:data10}];
return false;
}
}
}
var valid1 = _errs20 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.sha512 !== undefined){
const _errs22 = errors;
if(!(validate53(data6.sha512, {instancePath:instancePath+"/manifest/sha512",parentData:data6,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var valid1 = _errs22 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.manifest.type,parentSchema:schema19.properties.manifest,data:data6}];
return false;
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.license !== undefined){
let data12 = data.license;
const _errs23 = errors;
const _errs24 = errors;
let valid2 = false;
const _errs25 = errors;
if(data12 !== null){
const err0 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema19.properties.license.anyOf[0].type,parentSchema:schema19.properties.license.anyOf[0],data:data12};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs25 === errors;
valid2 = valid2 || _valid0;
const _errs27 = errors;
if(errors === _errs27){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing2;
if((((data12.serial === undefined) && (missing2 = "serial")) || ((data12.customer === undefined) && (missing2 = "customer"))) || ((data12.tier === undefined) && (missing2 = "tier"))){
const err1 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema19.properties.license.anyOf[1].required,parentSchema:schema19.properties.license.anyOf[1],data:data12};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
const _errs29 = errors;
for(const key2 in data12){
if(!(((key2 === "serial") || (key2 === "customer")) || (key2 === "tier"))){
const err2 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.license.anyOf[1],data:data12};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
break;
}
}
if(_errs29 === errors){
if(data12.serial !== undefined){
let data13 = data12.serial;
const _errs30 = errors;
if(errors === _errs30){
if(typeof data13 === "string"){
if(data13.length > 100){
const err3 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema19.properties.license.anyOf[1].properties.serial,data:data13};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
if(data13.length < 1){
const err4 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.license.anyOf[1].properties.serial,data:data13};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.license.anyOf[1].properties.serial.type,parentSchema:schema19.properties.license.anyOf[1].properties.serial,data:data13};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var valid3 = _errs30 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data12.customer !== undefined){
let data14 = data12.customer;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data14 === "string"){
if(data14.length > 200){
const err6 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema19.properties.license.anyOf[1].properties.customer,data:data14};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data14.length < 1){
const err7 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.license.anyOf[1].properties.customer,data:data14};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.license.anyOf[1].properties.customer.type,parentSchema:schema19.properties.license.anyOf[1].properties.customer,data:data14};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var valid3 = _errs32 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data12.tier !== undefined){
let data15 = data12.tier;
const _errs34 = errors;
if(!(((((((data15 === "core") || (data15 === "basic")) || (data15 === "pro")) || (data15 === "advanced")) || (data15 === "qm-venture")) || (data15 === "qm-campaign")) || (data15 === "qm-imperium"))){
const err9 = {instancePath:instancePath+"/license/tier",schemaPath:"#/properties/license/anyOf/1/properties/tier/enum",keyword:"enum",params:{allowedValues: schema19.properties.license.anyOf[1].properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.license.anyOf[1].properties.tier.enum,parentSchema:schema19.properties.license.anyOf[1].properties.tier,data:data15};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var valid3 = _errs34 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
else {
const err10 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.license.anyOf[1].type,parentSchema:schema19.properties.license.anyOf[1],data:data12};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid0 = _errs27 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err11 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema19.properties.license.anyOf,parentSchema:schema19.properties.license,data:data12};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate52.errors = vErrors;
return false;
}
else {
errors = _errs24;
if(vErrors !== null){
if(_errs24){
vErrors.length = _errs24;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.runtime !== undefined){
const _errs35 = errors;
if(!(validate55(data.runtime, {instancePath:instancePath+"/runtime",parentData:data,parentDataProperty:"runtime",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
var valid0 = _errs35 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.plugins !== undefined){
let data17 = data.plugins;
const _errs36 = errors;
if(errors === _errs36){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(Object.keys(data17).length > 64){
validate52.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema19.properties.plugins,data:data17}];
return false;
}
else {
for(const key3 in data17){
const _errs38 = errors;
if(typeof key3 === "string"){
if(!pattern7.test(key3)){
const err12 = {instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema19.properties.plugins.propertyNames,data:key3,propertyName:key3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
var valid4 = _errs38 === errors;
if(!valid4){
const err13 = {instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid",schema:schema19.properties.plugins.propertyNames,parentSchema:schema19.properties.plugins,data:data17};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
validate52.errors = vErrors;
return false;
break;
}
}
if(valid4){
for(const key4 in data17){
const _errs40 = errors;
if(!(validate55(data17[key4], {instancePath:instancePath+"/plugins/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data17,parentDataProperty:key4,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
var valid5 = _errs40 === errors;
if(!valid5){
break;
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.plugins.type,parentSchema:schema19.properties.plugins,data:data17}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema22 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/revocations.schema.json","title":"revocations","description":"Versions that are withdrawn, how hard, and why.","type":"object","required":["schemaVersion","kind","yanked"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"revocations"},"yanked":{"type":"array","maxItems":4096,"items":{"type":"object","required":["package","version","level","reason","replacement","at"],"properties":{"package":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"level":{"enum":["hidden","warn","block","quarantine"]},"reason":{"type":"string","minLength":1,"maxLength":500},"replacement":{"anyOf":[{"type":"null"},{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."}]},"at":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."}},"additionalProperties":false}}},"additionalProperties":false};

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/revocations.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate59.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.yanked === undefined) && (missing0 = "yanked"))){
validate59.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema22.required,parentSchema:schema22,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "yanked"))){
validate59.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate59.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema22.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data1 = data.kind;
const _errs3 = errors;
if("revocations" !== data1){
validate59.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "revocations"},message:"must be equal to constant",schema:"revocations",parentSchema:schema22.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.yanked !== undefined){
let data2 = data.yanked;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data2)){
if(data2.length > 4096){
validate59.errors = [{instancePath:instancePath+"/yanked",schemaPath:"#/properties/yanked/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema22.properties.yanked,data:data2}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if(((((((data3.package === undefined) && (missing1 = "package")) || ((data3.version === undefined) && (missing1 = "version"))) || ((data3.level === undefined) && (missing1 = "level"))) || ((data3.reason === undefined) && (missing1 = "reason"))) || ((data3.replacement === undefined) && (missing1 = "replacement"))) || ((data3.at === undefined) && (missing1 = "at"))){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema22.properties.yanked.items.required,parentSchema:schema22.properties.yanked.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!((((((key1 === "package") || (key1 === "version")) || (key1 === "level")) || (key1 === "reason")) || (key1 === "replacement")) || (key1 === "at"))){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema22.properties.yanked.items,data:data3}];
return false;
break;
}
}
if(_errs8 === errors){
if(data3.package !== undefined){
let data4 = data3.package;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/package",schemaPath:"#/properties/yanked/items/properties/package/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema22.properties.yanked.items.properties.package,data:data4}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/package",schemaPath:"#/properties/yanked/items/properties/package/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.yanked.items.properties.package.type,parentSchema:schema22.properties.yanked.items.properties.package,data:data4}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.version !== undefined){
let data5 = data3.version;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data5 === "string"){
if(data5.length > 64){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema22.properties.yanked.items.properties.version,data:data5}];
return false;
}
else {
if(!pattern6.test(data5)){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema22.properties.yanked.items.properties.version,data:data5}];
return false;
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.yanked.items.properties.version.type,parentSchema:schema22.properties.yanked.items.properties.version,data:data5}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.level !== undefined){
let data6 = data3.level;
const _errs13 = errors;
if(!((((data6 === "hidden") || (data6 === "warn")) || (data6 === "block")) || (data6 === "quarantine"))){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/level",schemaPath:"#/properties/yanked/items/properties/level/enum",keyword:"enum",params:{allowedValues: schema22.properties.yanked.items.properties.level.enum},message:"must be equal to one of the allowed values",schema:schema22.properties.yanked.items.properties.level.enum,parentSchema:schema22.properties.yanked.items.properties.level,data:data6}];
return false;
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.reason !== undefined){
let data7 = data3.reason;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data7 === "string"){
if(data7.length > 500){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema22.properties.yanked.items.properties.reason,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.yanked.items.properties.reason,data:data7}];
return false;
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.yanked.items.properties.reason.type,parentSchema:schema22.properties.yanked.items.properties.reason,data:data7}];
return false;
}
}
var valid2 = _errs14 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.replacement !== undefined){
let data8 = data3.replacement;
const _errs16 = errors;
const _errs17 = errors;
let valid3 = false;
const _errs18 = errors;
if(data8 !== null){
const err0 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema22.properties.yanked.items.properties.replacement.anyOf[0].type,parentSchema:schema22.properties.yanked.items.properties.replacement.anyOf[0],data:data8};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs18 === errors;
valid3 = valid3 || _valid0;
const _errs20 = errors;
if(errors === _errs20){
if(typeof data8 === "string"){
if(data8.length > 64){
const err1 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema22.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(!pattern6.test(data8)){
const err2 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema22.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.yanked.items.properties.replacement.anyOf[1].type,parentSchema:schema22.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid0 = _errs20 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err4 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema22.properties.yanked.items.properties.replacement.anyOf,parentSchema:schema22.properties.yanked.items.properties.replacement,data:data8};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate59.errors = vErrors;
return false;
}
else {
errors = _errs17;
if(vErrors !== null){
if(_errs17){
vErrors.length = _errs17;
}
else {
vErrors = null;
}
}
}
var valid2 = _errs16 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.at !== undefined){
let data9 = data3.at;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data9 === "string"){
if(!pattern3.test(data9)){
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/at",schemaPath:"#/properties/yanked/items/properties/at/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema22.properties.yanked.items.properties.at,data:data9}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0+"/at",schemaPath:"#/properties/yanked/items/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.yanked.items.properties.at.type,parentSchema:schema22.properties.yanked.items.properties.at,data:data9}];
return false;
}
}
var valid2 = _errs22 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.yanked.items.type,parentSchema:schema22.properties.yanked.items,data:data3}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/yanked",schemaPath:"#/properties/yanked/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.yanked.type,parentSchema:schema22.properties.yanked,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate59.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data}];
return false;
}
}
validate59.errors = vErrors;
return errors === 0;
}
validate59.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema23 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/signer-policy.schema.json","title":"signer-policy","description":"Which key may sign which package, and what its provenance must say.","type":"object","required":["schemaVersion","kind","keys","rules"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"signer-policy"},"keys":{"type":"array","maxItems":64,"items":{"type":"object","required":["id","algorithm","spki","revoked"],"properties":{"id":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"},"algorithm":{"enum":["ecdsa-p256-sha256","ed25519","ml-dsa-87"]},"spki":{"type":"string","maxLength":8192,"pattern":"^[A-Za-z0-9+/]+={0,2}$","description":"Base64 of the DER SubjectPublicKeyInfo."},"revoked":{"type":"boolean"}},"additionalProperties":false}},"rules":{"type":"array","maxItems":256,"items":{"type":"object","required":["package","mode","keys","builder","source"],"properties":{"package":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"mode":{"const":"public-key"},"keys":{"type":"array","minItems":1,"maxItems":16,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"}},"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}}},"additionalProperties":false};
const pattern12 = new RegExp("^[a-z0-9-]{1,64}$", "u");
const pattern13 = new RegExp("^[A-Za-z0-9+/]+={0,2}$", "u");

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/signer-policy.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate60.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.keys === undefined) && (missing0 = "keys"))) || ((data.rules === undefined) && (missing0 = "rules"))){
validate60.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema23.required,parentSchema:schema23,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "keys")) || (key0 === "rules"))){
validate60.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema23,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate60.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema23.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data1 = data.kind;
const _errs3 = errors;
if("signer-policy" !== data1){
validate60.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "signer-policy"},message:"must be equal to constant",schema:"signer-policy",parentSchema:schema23.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keys !== undefined){
let data2 = data.keys;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data2)){
if(data2.length > 64){
validate60.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema23.properties.keys,data:data2}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if(((((data3.id === undefined) && (missing1 = "id")) || ((data3.algorithm === undefined) && (missing1 = "algorithm"))) || ((data3.spki === undefined) && (missing1 = "spki"))) || ((data3.revoked === undefined) && (missing1 = "revoked"))){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema23.properties.keys.items.required,parentSchema:schema23.properties.keys.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!((((key1 === "id") || (key1 === "algorithm")) || (key1 === "spki")) || (key1 === "revoked"))){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema23.properties.keys.items,data:data3}];
return false;
break;
}
}
if(_errs8 === errors){
if(data3.id !== undefined){
let data4 = data3.id;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data4 === "string"){
if(!pattern12.test(data4)){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/id",schemaPath:"#/properties/keys/items/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,64}$"},message:"must match pattern \""+"^[a-z0-9-]{1,64}$"+"\"",schema:"^[a-z0-9-]{1,64}$",parentSchema:schema23.properties.keys.items.properties.id,data:data4}];
return false;
}
}
else {
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/id",schemaPath:"#/properties/keys/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.keys.items.properties.id.type,parentSchema:schema23.properties.keys.items.properties.id,data:data4}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.algorithm !== undefined){
let data5 = data3.algorithm;
const _errs11 = errors;
if(!(((data5 === "ecdsa-p256-sha256") || (data5 === "ed25519")) || (data5 === "ml-dsa-87"))){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/algorithm",schemaPath:"#/properties/keys/items/properties/algorithm/enum",keyword:"enum",params:{allowedValues: schema23.properties.keys.items.properties.algorithm.enum},message:"must be equal to one of the allowed values",schema:schema23.properties.keys.items.properties.algorithm.enum,parentSchema:schema23.properties.keys.items.properties.algorithm,data:data5}];
return false;
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.spki !== undefined){
let data6 = data3.spki;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data6 === "string"){
if(data6.length > 8192){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/maxLength",keyword:"maxLength",params:{limit: 8192},message:"must NOT have more than 8192 characters",schema:8192,parentSchema:schema23.properties.keys.items.properties.spki,data:data6}];
return false;
}
else {
if(!pattern13.test(data6)){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema23.properties.keys.items.properties.spki,data:data6}];
return false;
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.keys.items.properties.spki.type,parentSchema:schema23.properties.keys.items.properties.spki,data:data6}];
return false;
}
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.revoked !== undefined){
let data7 = data3.revoked;
const _errs14 = errors;
if(typeof data7 !== "boolean"){
validate60.errors = [{instancePath:instancePath+"/keys/" + i0+"/revoked",schemaPath:"#/properties/keys/items/properties/revoked/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.keys.items.properties.revoked.type,parentSchema:schema23.properties.keys.items.properties.revoked,data:data7}];
return false;
}
var valid2 = _errs14 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.properties.keys.items.type,parentSchema:schema23.properties.keys.items,data:data3}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.keys.type,parentSchema:schema23.properties.keys,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rules !== undefined){
let data8 = data.rules;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data8)){
if(data8.length > 256){
validate60.errors = [{instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema23.properties.rules,data:data8}];
return false;
}
else {
var valid3 = true;
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
const _errs18 = errors;
if(errors === _errs18){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing2;
if((((((data9.package === undefined) && (missing2 = "package")) || ((data9.mode === undefined) && (missing2 = "mode"))) || ((data9.keys === undefined) && (missing2 = "keys"))) || ((data9.builder === undefined) && (missing2 = "builder"))) || ((data9.source === undefined) && (missing2 = "source"))){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema23.properties.rules.items.required,parentSchema:schema23.properties.rules.items,data:data9}];
return false;
}
else {
const _errs20 = errors;
for(const key2 in data9){
if(!(((((key2 === "package") || (key2 === "mode")) || (key2 === "keys")) || (key2 === "builder")) || (key2 === "source"))){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema23.properties.rules.items,data:data9}];
return false;
break;
}
}
if(_errs20 === errors){
if(data9.package !== undefined){
let data10 = data9.package;
const _errs21 = errors;
if(errors === _errs21){
if(typeof data10 === "string"){
if(!pattern5.test(data10)){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/package",schemaPath:"#/properties/rules/items/properties/package/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema23.properties.rules.items.properties.package,data:data10}];
return false;
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/package",schemaPath:"#/properties/rules/items/properties/package/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.rules.items.properties.package.type,parentSchema:schema23.properties.rules.items.properties.package,data:data10}];
return false;
}
}
var valid4 = _errs21 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data9.mode !== undefined){
let data11 = data9.mode;
const _errs23 = errors;
if("public-key" !== data11){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/mode",schemaPath:"#/properties/rules/items/properties/mode/const",keyword:"const",params:{allowedValue: "public-key"},message:"must be equal to constant",schema:"public-key",parentSchema:schema23.properties.rules.items.properties.mode,data:data11}];
return false;
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data9.keys !== undefined){
let data12 = data9.keys;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data12)){
if(data12.length > 16){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema23.properties.rules.items.properties.keys,data:data12}];
return false;
}
else {
if(data12.length < 1){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema23.properties.rules.items.properties.keys,data:data12}];
return false;
}
else {
var valid5 = true;
const len2 = data12.length;
for(let i2=0; i2<len2; i2++){
let data13 = data12[i2];
const _errs26 = errors;
if(errors === _errs26){
if(typeof data13 === "string"){
if(!pattern12.test(data13)){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys/" + i2,schemaPath:"#/properties/rules/items/properties/keys/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,64}$"},message:"must match pattern \""+"^[a-z0-9-]{1,64}$"+"\"",schema:"^[a-z0-9-]{1,64}$",parentSchema:schema23.properties.rules.items.properties.keys.items,data:data13}];
return false;
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys/" + i2,schemaPath:"#/properties/rules/items/properties/keys/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.rules.items.properties.keys.items.type,parentSchema:schema23.properties.rules.items.properties.keys.items,data:data13}];
return false;
}
}
var valid5 = _errs26 === errors;
if(!valid5){
break;
}
}
if(valid5){
let i3 = data12.length;
let j0;
if(i3 > 1){
const indices0 = {};
for(;i3--;){
let item0 = data12[i3];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i3+" are identical)",schema:true,parentSchema:schema23.properties.rules.items.properties.keys,data:data12}];
return false;
break;
}
indices0[item0] = i3;
}
}
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.rules.items.properties.keys.type,parentSchema:schema23.properties.rules.items.properties.keys,data:data12}];
return false;
}
}
var valid4 = _errs24 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data9.builder !== undefined){
let data14 = data9.builder;
const _errs28 = errors;
if(errors === _errs28){
if(typeof data14 === "string"){
if(data14.length > 500){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema23.properties.rules.items.properties.builder,data:data14}];
return false;
}
else {
if(data14.length < 1){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.properties.rules.items.properties.builder,data:data14}];
return false;
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.rules.items.properties.builder.type,parentSchema:schema23.properties.rules.items.properties.builder,data:data14}];
return false;
}
}
var valid4 = _errs28 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data9.source !== undefined){
let data15 = data9.source;
const _errs30 = errors;
if(errors === _errs30){
if(typeof data15 === "string"){
if(data15.length > 500){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema23.properties.rules.items.properties.source,data:data15}];
return false;
}
else {
if(data15.length < 1){
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.properties.rules.items.properties.source,data:data15}];
return false;
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.rules.items.properties.source.type,parentSchema:schema23.properties.rules.items.properties.source,data:data15}];
return false;
}
}
var valid4 = _errs30 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.properties.rules.items.type,parentSchema:schema23.properties.rules.items,data:data9}];
return false;
}
}
var valid3 = _errs18 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.rules.type,parentSchema:schema23.properties.rules,data:data8}];
return false;
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate60.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data}];
return false;
}
}
validate60.errors = vErrors;
return errors === 0;
}
validate60.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema24 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-manifest.schema.json","title":"tier-manifest","description":"The signed contents of one tier in one release.","type":"object","required":["schemaVersion","kind","tier","title","release","issued","maxNodes","support","evidence","runtime","plugins"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-manifest"},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"title":{"type":"string","minLength":1,"maxLength":100},"release":{"type":"integer","minimum":1,"maximum":9007199254740991},"issued":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."},"maxNodes":{"type":"integer","minimum":0},"support":{"type":"string","minLength":1,"maxLength":500},"evidence":{"type":"object","required":["bundle","provenance","license"],"properties":{"bundle":{"const":true,"description":"A signature bundle is always demanded."},"provenance":{"type":"boolean"},"license":{"type":"boolean"}},"additionalProperties":false},"runtime":{"type":"object","required":["name","version","tarball","files","bundle","entry","interfaceRange","node"],"properties":{"name":{"$ref":"#/$defs/name"},"version":{"$ref":"#/$defs/version"},"tarball":{"$ref":"#/$defs/blob"},"files":{"type":"array","minItems":1,"maxItems":4096,"items":{"type":"object","required":["path","size","sha512"],"properties":{"path":{"$ref":"#/$defs/path"},"size":{"type":"integer","minimum":0,"maximum":134217728},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false}},"bundle":{"$ref":"#/$defs/blob"},"entry":{"$ref":"#/$defs/path"},"interfaceRange":{"type":"string","minLength":1,"maxLength":100,"pattern":"^[0-9A-Za-z .^~<>=|*-]+$","description":"Semver range."},"node":{"type":"string","minLength":1,"maxLength":100,"pattern":"^[0-9A-Za-z .^~<>=|*-]+$","description":"Semver range."}},"additionalProperties":false},"plugins":{"type":"array","maxItems":64,"items":{"type":"object","required":["name","version","tarball","files","bundle","mechanism","interfaceVersion","profile","config"],"properties":{"name":{"$ref":"#/$defs/name"},"version":{"$ref":"#/$defs/version"},"tarball":{"$ref":"#/$defs/blob"},"files":{"type":"array","minItems":1,"maxItems":4096,"items":{"type":"object","required":["path","size","sha512"],"properties":{"path":{"$ref":"#/$defs/path"},"size":{"type":"integer","minimum":0,"maximum":134217728},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false}},"bundle":{"$ref":"#/$defs/blob"},"mechanism":{"type":"object","required":["id","title","guarantee","weight","firstTier"],"properties":{"id":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"title":{"type":"string","minLength":1,"maxLength":100},"guarantee":{"enum":["total-order","register","causal","convergent","approximate"]},"weight":{"enum":["lightweight","light","moderate","heavy","very-heavy"]},"firstTier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}},"additionalProperties":false},"interfaceVersion":{"$ref":"#/$defs/version"},"profile":{"type":"object","required":["cpuCores","memoryBytes","diskBytes","networkMbps","latencyMs","minNodes","maxNodes"],"properties":{"cpuCores":{"type":"number","exclusiveMinimum":0,"maximum":1024,"description":"Cores."},"memoryBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"diskBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"networkMbps":{"type":"number","exclusiveMinimum":0,"description":"Mbit/s."},"latencyMs":{"type":"number","exclusiveMinimum":0,"description":"Largest round trip between peers, milliseconds."},"minNodes":{"type":"integer","minimum":1},"maxNodes":{"type":"integer","minimum":0,"description":"0: no limit of its own."}},"additionalProperties":false},"config":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}},"additionalProperties":false}}},"additionalProperties":false,"$defs":{"sha512":{"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."},"blob":{"type":"object","required":["size","sha512"],"properties":{"size":{"type":"integer","minimum":1,"maximum":134217728,"description":"Bytes."},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false},"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"path":{"type":"string","maxLength":512,"pattern":"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$","description":"Relative, with /, without . and .. as parts."}}};
const pattern21 = new RegExp("^[0-9A-Za-z .^~<>=|*-]+$", "u");
const pattern24 = new RegExp("^[a-z][A-Za-z0-9]{0,63}$", "u");
const schema25 = {"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate62.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern5.test(data)){
validate62.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema25,data}];
return false;
}
}
else {
validate62.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.type,parentSchema:schema25,data}];
return false;
}
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema26 = {"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."};

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate64.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate64.errors = [{instancePath,schemaPath:"#/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema26,data}];
return false;
}
else {
if(!pattern6.test(data)){
validate64.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema26,data}];
return false;
}
}
}
else {
validate64.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.type,parentSchema:schema26,data}];
return false;
}
}
validate64.errors = vErrors;
return errors === 0;
}
validate64.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema27 = {"type":"object","required":["size","sha512"],"properties":{"size":{"type":"integer","minimum":1,"maximum":134217728,"description":"Bytes."},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false};
const schema28 = {"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."};

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate67.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
validate67.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},message:"must match pattern \""+"^[0-9a-f]{128}$"+"\"",schema:"^[0-9a-f]{128}$",parentSchema:schema28,data}];
return false;
}
}
else {
validate67.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.type,parentSchema:schema28,data}];
return false;
}
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate66.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.size === undefined) && (missing0 = "size")) || ((data.sha512 === undefined) && (missing0 = "sha512"))){
validate66.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema27.required,parentSchema:schema27,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "size") || (key0 === "sha512"))){
validate66.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema27,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.size !== undefined){
let data0 = data.size;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate66.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.properties.size.type,parentSchema:schema27.properties.size,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 134217728 || isNaN(data0)){
validate66.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema27.properties.size,data:data0}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate66.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27.properties.size,data:data0}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sha512 !== undefined){
const _errs4 = errors;
if(!(validate67(data.sha512, {instancePath:instancePath+"/sha512",parentData:data,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate67.errors : vErrors.concat(validate67.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate66.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.type,parentSchema:schema27,data}];
return false;
}
}
validate66.errors = vErrors;
return errors === 0;
}
validate66.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema29 = {"type":"string","maxLength":512,"pattern":"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$","description":"Relative, with /, without . and .. as parts."};
const pattern20 = new RegExp("^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$", "u");

function validate70(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate70.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate70.errors = [{instancePath,schemaPath:"#/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters",schema:512,parentSchema:schema29,data}];
return false;
}
else {
if(!pattern20.test(data)){
validate70.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$"},message:"must match pattern \""+"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$"+"\"",schema:"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$",parentSchema:schema29,data}];
return false;
}
}
}
else {
validate70.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.type,parentSchema:schema29,data}];
return false;
}
}
validate70.errors = vErrors;
return errors === 0;
}
validate70.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-manifest.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate61.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.title === undefined) && (missing0 = "title"))) || ((data.release === undefined) && (missing0 = "release"))) || ((data.issued === undefined) && (missing0 = "issued"))) || ((data.maxNodes === undefined) && (missing0 = "maxNodes"))) || ((data.support === undefined) && (missing0 = "support"))) || ((data.evidence === undefined) && (missing0 = "evidence"))) || ((data.runtime === undefined) && (missing0 = "runtime"))) || ((data.plugins === undefined) && (missing0 = "plugins"))){
validate61.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema24.required,parentSchema:schema24,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema24.properties, key0))){
validate61.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate61.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema24.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data1 = data.kind;
const _errs3 = errors;
if("tier-manifest" !== data1){
validate61.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-manifest"},message:"must be equal to constant",schema:"tier-manifest",parentSchema:schema24.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tier !== undefined){
let data2 = data.tier;
const _errs4 = errors;
if(!(((((((data2 === "core") || (data2 === "basic")) || (data2 === "pro")) || (data2 === "advanced")) || (data2 === "qm-venture")) || (data2 === "qm-campaign")) || (data2 === "qm-imperium"))){
validate61.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/enum",keyword:"enum",params:{allowedValues: schema24.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.tier.enum,parentSchema:schema24.properties.tier,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.title !== undefined){
let data3 = data.title;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data3 === "string"){
if(data3.length > 100){
validate61.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema24.properties.title,data:data3}];
return false;
}
else {
if(data3.length < 1){
validate61.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.title,data:data3}];
return false;
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.title.type,parentSchema:schema24.properties.title,data:data3}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.release !== undefined){
let data4 = data.release;
const _errs7 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate61.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.release.type,parentSchema:schema24.properties.release,data:data4}];
return false;
}
if(errors === _errs7){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9007199254740991 || isNaN(data4)){
validate61.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema24.properties.release,data:data4}];
return false;
}
else {
if(data4 < 1 || isNaN(data4)){
validate61.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema24.properties.release,data:data4}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.issued !== undefined){
let data5 = data.issued;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(!pattern3.test(data5)){
validate61.errors = [{instancePath:instancePath+"/issued",schemaPath:"#/properties/issued/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema24.properties.issued,data:data5}];
return false;
}
}
else {
validate61.errors = [{instancePath:instancePath+"/issued",schemaPath:"#/properties/issued/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.issued.type,parentSchema:schema24.properties.issued,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.maxNodes !== undefined){
let data6 = data.maxNodes;
const _errs11 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate61.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.maxNodes.type,parentSchema:schema24.properties.maxNodes,data:data6}];
return false;
}
if(errors === _errs11){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 0 || isNaN(data6)){
validate61.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema24.properties.maxNodes,data:data6}];
return false;
}
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.support !== undefined){
let data7 = data.support;
const _errs13 = errors;
if(errors === _errs13){
if(typeof data7 === "string"){
if(data7.length > 500){
validate61.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema24.properties.support,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate61.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.support,data:data7}];
return false;
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.support.type,parentSchema:schema24.properties.support,data:data7}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evidence !== undefined){
let data8 = data.evidence;
const _errs15 = errors;
if(errors === _errs15){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing1;
if((((data8.bundle === undefined) && (missing1 = "bundle")) || ((data8.provenance === undefined) && (missing1 = "provenance"))) || ((data8.license === undefined) && (missing1 = "license"))){
validate61.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema24.properties.evidence.required,parentSchema:schema24.properties.evidence,data:data8}];
return false;
}
else {
const _errs17 = errors;
for(const key1 in data8){
if(!(((key1 === "bundle") || (key1 === "provenance")) || (key1 === "license"))){
validate61.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.evidence,data:data8}];
return false;
break;
}
}
if(_errs17 === errors){
if(data8.bundle !== undefined){
let data9 = data8.bundle;
const _errs18 = errors;
if(true !== data9){
validate61.errors = [{instancePath:instancePath+"/evidence/bundle",schemaPath:"#/properties/evidence/properties/bundle/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema24.properties.evidence.properties.bundle,data:data9}];
return false;
}
var valid1 = _errs18 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.provenance !== undefined){
let data10 = data8.provenance;
const _errs19 = errors;
if(typeof data10 !== "boolean"){
validate61.errors = [{instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema24.properties.evidence.properties.provenance.type,parentSchema:schema24.properties.evidence.properties.provenance,data:data10}];
return false;
}
var valid1 = _errs19 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.license !== undefined){
let data11 = data8.license;
const _errs21 = errors;
if(typeof data11 !== "boolean"){
validate61.errors = [{instancePath:instancePath+"/evidence/license",schemaPath:"#/properties/evidence/properties/license/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema24.properties.evidence.properties.license.type,parentSchema:schema24.properties.evidence.properties.license,data:data11}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.evidence.type,parentSchema:schema24.properties.evidence,data:data8}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.runtime !== undefined){
let data12 = data.runtime;
const _errs23 = errors;
if(errors === _errs23){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing2;
if(((((((((data12.name === undefined) && (missing2 = "name")) || ((data12.version === undefined) && (missing2 = "version"))) || ((data12.tarball === undefined) && (missing2 = "tarball"))) || ((data12.files === undefined) && (missing2 = "files"))) || ((data12.bundle === undefined) && (missing2 = "bundle"))) || ((data12.entry === undefined) && (missing2 = "entry"))) || ((data12.interfaceRange === undefined) && (missing2 = "interfaceRange"))) || ((data12.node === undefined) && (missing2 = "node"))){
validate61.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema24.properties.runtime.required,parentSchema:schema24.properties.runtime,data:data12}];
return false;
}
else {
const _errs25 = errors;
for(const key2 in data12){
if(!((((((((key2 === "name") || (key2 === "version")) || (key2 === "tarball")) || (key2 === "files")) || (key2 === "bundle")) || (key2 === "entry")) || (key2 === "interfaceRange")) || (key2 === "node"))){
validate61.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.runtime,data:data12}];
return false;
break;
}
}
if(_errs25 === errors){
if(data12.name !== undefined){
const _errs26 = errors;
if(!(validate62(data12.name, {instancePath:instancePath+"/runtime/name",parentData:data12,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid2 = _errs26 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.version !== undefined){
const _errs27 = errors;
if(!(validate64(data12.version, {instancePath:instancePath+"/runtime/version",parentData:data12,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
var valid2 = _errs27 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.tarball !== undefined){
const _errs28 = errors;
if(!(validate66(data12.tarball, {instancePath:instancePath+"/runtime/tarball",parentData:data12,parentDataProperty:"tarball",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid2 = _errs28 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.files !== undefined){
let data16 = data12.files;
const _errs29 = errors;
if(errors === _errs29){
if(Array.isArray(data16)){
if(data16.length > 4096){
validate61.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema24.properties.runtime.properties.files,data:data16}];
return false;
}
else {
if(data16.length < 1){
validate61.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema24.properties.runtime.properties.files,data:data16}];
return false;
}
else {
var valid3 = true;
const len0 = data16.length;
for(let i0=0; i0<len0; i0++){
let data17 = data16[i0];
const _errs31 = errors;
if(errors === _errs31){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
let missing3;
if((((data17.path === undefined) && (missing3 = "path")) || ((data17.size === undefined) && (missing3 = "size"))) || ((data17.sha512 === undefined) && (missing3 = "sha512"))){
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema24.properties.runtime.properties.files.items.required,parentSchema:schema24.properties.runtime.properties.files.items,data:data17}];
return false;
}
else {
const _errs33 = errors;
for(const key3 in data17){
if(!(((key3 === "path") || (key3 === "size")) || (key3 === "sha512"))){
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.runtime.properties.files.items,data:data17}];
return false;
break;
}
}
if(_errs33 === errors){
if(data17.path !== undefined){
const _errs34 = errors;
if(!(validate70(data17.path, {instancePath:instancePath+"/runtime/files/" + i0+"/path",parentData:data17,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
errors = vErrors.length;
}
var valid4 = _errs34 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data17.size !== undefined){
let data19 = data17.size;
const _errs35 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.runtime.properties.files.items.properties.size.type,parentSchema:schema24.properties.runtime.properties.files.items.properties.size,data:data19}];
return false;
}
if(errors === _errs35){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 134217728 || isNaN(data19)){
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema24.properties.runtime.properties.files.items.properties.size,data:data19}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema24.properties.runtime.properties.files.items.properties.size,data:data19}];
return false;
}
}
}
}
var valid4 = _errs35 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data17.sha512 !== undefined){
const _errs37 = errors;
if(!(validate67(data17.sha512, {instancePath:instancePath+"/runtime/files/" + i0+"/sha512",parentData:data17,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate67.errors : vErrors.concat(validate67.errors);
errors = vErrors.length;
}
var valid4 = _errs37 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.runtime.properties.files.items.type,parentSchema:schema24.properties.runtime.properties.files.items,data:data17}];
return false;
}
}
var valid3 = _errs31 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.runtime.properties.files.type,parentSchema:schema24.properties.runtime.properties.files,data:data16}];
return false;
}
}
var valid2 = _errs29 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.bundle !== undefined){
const _errs38 = errors;
if(!(validate66(data12.bundle, {instancePath:instancePath+"/runtime/bundle",parentData:data12,parentDataProperty:"bundle",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid2 = _errs38 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.entry !== undefined){
const _errs39 = errors;
if(!(validate70(data12.entry, {instancePath:instancePath+"/runtime/entry",parentData:data12,parentDataProperty:"entry",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
errors = vErrors.length;
}
var valid2 = _errs39 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.interfaceRange !== undefined){
let data23 = data12.interfaceRange;
const _errs40 = errors;
if(errors === _errs40){
if(typeof data23 === "string"){
if(data23.length > 100){
validate61.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema24.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
else {
if(data23.length < 1){
validate61.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
else {
if(!pattern21.test(data23)){
validate61.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z .^~<>=|*-]+$"},message:"must match pattern \""+"^[0-9A-Za-z .^~<>=|*-]+$"+"\"",schema:"^[0-9A-Za-z .^~<>=|*-]+$",parentSchema:schema24.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.runtime.properties.interfaceRange.type,parentSchema:schema24.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
}
var valid2 = _errs40 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data12.node !== undefined){
let data24 = data12.node;
const _errs42 = errors;
if(errors === _errs42){
if(typeof data24 === "string"){
if(data24.length > 100){
validate61.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema24.properties.runtime.properties.node,data:data24}];
return false;
}
else {
if(data24.length < 1){
validate61.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.runtime.properties.node,data:data24}];
return false;
}
else {
if(!pattern21.test(data24)){
validate61.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z .^~<>=|*-]+$"},message:"must match pattern \""+"^[0-9A-Za-z .^~<>=|*-]+$"+"\"",schema:"^[0-9A-Za-z .^~<>=|*-]+$",parentSchema:schema24.properties.runtime.properties.node,data:data24}];
return false;
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.runtime.properties.node.type,parentSchema:schema24.properties.runtime.properties.node,data:data24}];
return false;
}
}
var valid2 = _errs42 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.runtime.type,parentSchema:schema24.properties.runtime,data:data12}];
return false;
}
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.plugins !== undefined){
let data25 = data.plugins;
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data25)){
if(data25.length > 64){
validate61.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema24.properties.plugins,data:data25}];
return false;
}
else {
var valid5 = true;
const len1 = data25.length;
for(let i1=0; i1<len1; i1++){
let data26 = data25[i1];
const _errs46 = errors;
if(errors === _errs46){
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
let missing4;
if((((((((((data26.name === undefined) && (missing4 = "name")) || ((data26.version === undefined) && (missing4 = "version"))) || ((data26.tarball === undefined) && (missing4 = "tarball"))) || ((data26.files === undefined) && (missing4 = "files"))) || ((data26.bundle === undefined) && (missing4 = "bundle"))) || ((data26.mechanism === undefined) && (missing4 = "mechanism"))) || ((data26.interfaceVersion === undefined) && (missing4 = "interfaceVersion"))) || ((data26.profile === undefined) && (missing4 = "profile"))) || ((data26.config === undefined) && (missing4 = "config"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema24.properties.plugins.items.required,parentSchema:schema24.properties.plugins.items,data:data26}];
return false;
}
else {
const _errs48 = errors;
for(const key4 in data26){
if(!(func1.call(schema24.properties.plugins.items.properties, key4))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.plugins.items,data:data26}];
return false;
break;
}
}
if(_errs48 === errors){
if(data26.name !== undefined){
const _errs49 = errors;
if(!(validate62(data26.name, {instancePath:instancePath+"/plugins/" + i1+"/name",parentData:data26,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid6 = _errs49 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.version !== undefined){
const _errs50 = errors;
if(!(validate64(data26.version, {instancePath:instancePath+"/plugins/" + i1+"/version",parentData:data26,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
var valid6 = _errs50 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.tarball !== undefined){
const _errs51 = errors;
if(!(validate66(data26.tarball, {instancePath:instancePath+"/plugins/" + i1+"/tarball",parentData:data26,parentDataProperty:"tarball",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid6 = _errs51 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.files !== undefined){
let data30 = data26.files;
const _errs52 = errors;
if(errors === _errs52){
if(Array.isArray(data30)){
if(data30.length > 4096){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema24.properties.plugins.items.properties.files,data:data30}];
return false;
}
else {
if(data30.length < 1){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema24.properties.plugins.items.properties.files,data:data30}];
return false;
}
else {
var valid7 = true;
const len2 = data30.length;
for(let i2=0; i2<len2; i2++){
let data31 = data30[i2];
const _errs54 = errors;
if(errors === _errs54){
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
let missing5;
if((((data31.path === undefined) && (missing5 = "path")) || ((data31.size === undefined) && (missing5 = "size"))) || ((data31.sha512 === undefined) && (missing5 = "sha512"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema24.properties.plugins.items.properties.files.items.required,parentSchema:schema24.properties.plugins.items.properties.files.items,data:data31}];
return false;
}
else {
const _errs56 = errors;
for(const key5 in data31){
if(!(((key5 === "path") || (key5 === "size")) || (key5 === "sha512"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.plugins.items.properties.files.items,data:data31}];
return false;
break;
}
}
if(_errs56 === errors){
if(data31.path !== undefined){
const _errs57 = errors;
if(!(validate70(data31.path, {instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/path",parentData:data31,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
errors = vErrors.length;
}
var valid8 = _errs57 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data31.size !== undefined){
let data33 = data31.size;
const _errs58 = errors;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.plugins.items.properties.files.items.properties.size.type,parentSchema:schema24.properties.plugins.items.properties.files.items.properties.size,data:data33}];
return false;
}
if(errors === _errs58){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 134217728 || isNaN(data33)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema24.properties.plugins.items.properties.files.items.properties.size,data:data33}];
return false;
}
else {
if(data33 < 0 || isNaN(data33)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema24.properties.plugins.items.properties.files.items.properties.size,data:data33}];
return false;
}
}
}
}
var valid8 = _errs58 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data31.sha512 !== undefined){
const _errs60 = errors;
if(!(validate67(data31.sha512, {instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/sha512",parentData:data31,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate67.errors : vErrors.concat(validate67.errors);
errors = vErrors.length;
}
var valid8 = _errs60 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.plugins.items.properties.files.items.type,parentSchema:schema24.properties.plugins.items.properties.files.items,data:data31}];
return false;
}
}
var valid7 = _errs54 === errors;
if(!valid7){
break;
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.plugins.items.properties.files.type,parentSchema:schema24.properties.plugins.items.properties.files,data:data30}];
return false;
}
}
var valid6 = _errs52 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.bundle !== undefined){
const _errs61 = errors;
if(!(validate66(data26.bundle, {instancePath:instancePath+"/plugins/" + i1+"/bundle",parentData:data26,parentDataProperty:"bundle",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid6 = _errs61 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.mechanism !== undefined){
let data36 = data26.mechanism;
const _errs62 = errors;
if(errors === _errs62){
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
let missing6;
if((((((data36.id === undefined) && (missing6 = "id")) || ((data36.title === undefined) && (missing6 = "title"))) || ((data36.guarantee === undefined) && (missing6 = "guarantee"))) || ((data36.weight === undefined) && (missing6 = "weight"))) || ((data36.firstTier === undefined) && (missing6 = "firstTier"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'",schema:schema24.properties.plugins.items.properties.mechanism.required,parentSchema:schema24.properties.plugins.items.properties.mechanism,data:data36}];
return false;
}
else {
const _errs64 = errors;
for(const key6 in data36){
if(!(((((key6 === "id") || (key6 === "title")) || (key6 === "guarantee")) || (key6 === "weight")) || (key6 === "firstTier"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.plugins.items.properties.mechanism,data:data36}];
return false;
break;
}
}
if(_errs64 === errors){
if(data36.id !== undefined){
let data37 = data36.id;
const _errs65 = errors;
if(errors === _errs65){
if(typeof data37 === "string"){
if(!pattern7.test(data37)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/id",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.id,data:data37}];
return false;
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/id",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.plugins.items.properties.mechanism.properties.id.type,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.id,data:data37}];
return false;
}
}
var valid9 = _errs65 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data36.title !== undefined){
let data38 = data36.title;
const _errs67 = errors;
if(errors === _errs67){
if(typeof data38 === "string"){
if(data38.length > 100){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
return false;
}
else {
if(data38.length < 1){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
return false;
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.plugins.items.properties.mechanism.properties.title.type,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
return false;
}
}
var valid9 = _errs67 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data36.guarantee !== undefined){
let data39 = data36.guarantee;
const _errs69 = errors;
if(!(((((data39 === "total-order") || (data39 === "register")) || (data39 === "causal")) || (data39 === "convergent")) || (data39 === "approximate"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/guarantee",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/guarantee/enum",keyword:"enum",params:{allowedValues: schema24.properties.plugins.items.properties.mechanism.properties.guarantee.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.plugins.items.properties.mechanism.properties.guarantee.enum,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.guarantee,data:data39}];
return false;
}
var valid9 = _errs69 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data36.weight !== undefined){
let data40 = data36.weight;
const _errs70 = errors;
if(!(((((data40 === "lightweight") || (data40 === "light")) || (data40 === "moderate")) || (data40 === "heavy")) || (data40 === "very-heavy"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/weight",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/weight/enum",keyword:"enum",params:{allowedValues: schema24.properties.plugins.items.properties.mechanism.properties.weight.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.plugins.items.properties.mechanism.properties.weight.enum,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.weight,data:data40}];
return false;
}
var valid9 = _errs70 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data36.firstTier !== undefined){
let data41 = data36.firstTier;
const _errs71 = errors;
if(!(((((((data41 === "core") || (data41 === "basic")) || (data41 === "pro")) || (data41 === "advanced")) || (data41 === "qm-venture")) || (data41 === "qm-campaign")) || (data41 === "qm-imperium"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/firstTier",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/firstTier/enum",keyword:"enum",params:{allowedValues: schema24.properties.plugins.items.properties.mechanism.properties.firstTier.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.plugins.items.properties.mechanism.properties.firstTier.enum,parentSchema:schema24.properties.plugins.items.properties.mechanism.properties.firstTier,data:data41}];
return false;
}
var valid9 = _errs71 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.plugins.items.properties.mechanism.type,parentSchema:schema24.properties.plugins.items.properties.mechanism,data:data36}];
return false;
}
}
var valid6 = _errs62 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.interfaceVersion !== undefined){
const _errs72 = errors;
if(!(validate64(data26.interfaceVersion, {instancePath:instancePath+"/plugins/" + i1+"/interfaceVersion",parentData:data26,parentDataProperty:"interfaceVersion",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
var valid6 = _errs72 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.profile !== undefined){
let data43 = data26.profile;
const _errs73 = errors;
if(errors === _errs73){
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
let missing7;
if((((((((data43.cpuCores === undefined) && (missing7 = "cpuCores")) || ((data43.memoryBytes === undefined) && (missing7 = "memoryBytes"))) || ((data43.diskBytes === undefined) && (missing7 = "diskBytes"))) || ((data43.networkMbps === undefined) && (missing7 = "networkMbps"))) || ((data43.latencyMs === undefined) && (missing7 = "latencyMs"))) || ((data43.minNodes === undefined) && (missing7 = "minNodes"))) || ((data43.maxNodes === undefined) && (missing7 = "maxNodes"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'",schema:schema24.properties.plugins.items.properties.profile.required,parentSchema:schema24.properties.plugins.items.properties.profile,data:data43}];
return false;
}
else {
const _errs75 = errors;
for(const key7 in data43){
if(!(((((((key7 === "cpuCores") || (key7 === "memoryBytes")) || (key7 === "diskBytes")) || (key7 === "networkMbps")) || (key7 === "latencyMs")) || (key7 === "minNodes")) || (key7 === "maxNodes"))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.plugins.items.properties.profile,data:data43}];
return false;
break;
}
}
if(_errs75 === errors){
if(data43.cpuCores !== undefined){
let data44 = data43.cpuCores;
const _errs76 = errors;
if(errors === _errs76){
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 1024 || isNaN(data44)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024",schema:1024,parentSchema:schema24.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
return false;
}
else {
if(data44 <= 0 || isNaN(data44)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema24.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
return false;
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema24.properties.plugins.items.properties.profile.properties.cpuCores.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
return false;
}
}
var valid10 = _errs76 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.memoryBytes !== undefined){
let data45 = data43.memoryBytes;
const _errs78 = errors;
if(!(((typeof data45 == "number") && (!(data45 % 1) && !isNaN(data45))) && (isFinite(data45)))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/memoryBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/memoryBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.plugins.items.properties.profile.properties.memoryBytes.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.memoryBytes,data:data45}];
return false;
}
if(errors === _errs78){
if((typeof data45 == "number") && (isFinite(data45))){
if(data45 < 1048576 || isNaN(data45)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/memoryBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/memoryBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema24.properties.plugins.items.properties.profile.properties.memoryBytes,data:data45}];
return false;
}
}
}
var valid10 = _errs78 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.diskBytes !== undefined){
let data46 = data43.diskBytes;
const _errs80 = errors;
if(!(((typeof data46 == "number") && (!(data46 % 1) && !isNaN(data46))) && (isFinite(data46)))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/diskBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/diskBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.plugins.items.properties.profile.properties.diskBytes.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.diskBytes,data:data46}];
return false;
}
if(errors === _errs80){
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 < 1048576 || isNaN(data46)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/diskBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/diskBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema24.properties.plugins.items.properties.profile.properties.diskBytes,data:data46}];
return false;
}
}
}
var valid10 = _errs80 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.networkMbps !== undefined){
let data47 = data43.networkMbps;
const _errs82 = errors;
if(errors === _errs82){
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 <= 0 || isNaN(data47)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/networkMbps",schemaPath:"#/properties/plugins/items/properties/profile/properties/networkMbps/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema24.properties.plugins.items.properties.profile.properties.networkMbps,data:data47}];
return false;
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/networkMbps",schemaPath:"#/properties/plugins/items/properties/profile/properties/networkMbps/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema24.properties.plugins.items.properties.profile.properties.networkMbps.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.networkMbps,data:data47}];
return false;
}
}
var valid10 = _errs82 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.latencyMs !== undefined){
let data48 = data43.latencyMs;
const _errs84 = errors;
if(errors === _errs84){
if((typeof data48 == "number") && (isFinite(data48))){
if(data48 <= 0 || isNaN(data48)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/latencyMs",schemaPath:"#/properties/plugins/items/properties/profile/properties/latencyMs/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema24.properties.plugins.items.properties.profile.properties.latencyMs,data:data48}];
return false;
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/latencyMs",schemaPath:"#/properties/plugins/items/properties/profile/properties/latencyMs/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema24.properties.plugins.items.properties.profile.properties.latencyMs.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.latencyMs,data:data48}];
return false;
}
}
var valid10 = _errs84 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.minNodes !== undefined){
let data49 = data43.minNodes;
const _errs86 = errors;
if(!(((typeof data49 == "number") && (!(data49 % 1) && !isNaN(data49))) && (isFinite(data49)))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/minNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/minNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.plugins.items.properties.profile.properties.minNodes.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.minNodes,data:data49}];
return false;
}
if(errors === _errs86){
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 < 1 || isNaN(data49)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/minNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/minNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema24.properties.plugins.items.properties.profile.properties.minNodes,data:data49}];
return false;
}
}
}
var valid10 = _errs86 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.maxNodes !== undefined){
let data50 = data43.maxNodes;
const _errs88 = errors;
if(!(((typeof data50 == "number") && (!(data50 % 1) && !isNaN(data50))) && (isFinite(data50)))){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/maxNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema24.properties.plugins.items.properties.profile.properties.maxNodes.type,parentSchema:schema24.properties.plugins.items.properties.profile.properties.maxNodes,data:data50}];
return false;
}
if(errors === _errs88){
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 < 0 || isNaN(data50)){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/maxNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema24.properties.plugins.items.properties.profile.properties.maxNodes,data:data50}];
return false;
}
}
}
var valid10 = _errs88 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.plugins.items.properties.profile.type,parentSchema:schema24.properties.plugins.items.properties.profile,data:data43}];
return false;
}
}
var valid6 = _errs73 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data26.config !== undefined){
let data51 = data26.config;
const _errs90 = errors;
if(errors === _errs90){
if(data51 && typeof data51 == "object" && !Array.isArray(data51)){
if(Object.keys(data51).length > 64){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema24.properties.plugins.items.properties.config,data:data51}];
return false;
}
else {
for(const key8 in data51){
const _errs92 = errors;
if(typeof key8 === "string"){
if(!pattern24.test(key8)){
const err0 = {instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][A-Za-z0-9]{0,63}$"},message:"must match pattern \""+"^[a-z][A-Za-z0-9]{0,63}$"+"\"",schema:"^[a-z][A-Za-z0-9]{0,63}$",parentSchema:schema24.properties.plugins.items.properties.config.propertyNames,data:key8,propertyName:key8};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid11 = _errs92 === errors;
if(!valid11){
const err1 = {instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/propertyNames",keyword:"propertyNames",params:{propertyName: key8},message:"property name must be valid",schema:schema24.properties.plugins.items.properties.config.propertyNames,parentSchema:schema24.properties.plugins.items.properties.config,data:data51};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate61.errors = vErrors;
return false;
break;
}
}
if(valid11){
for(const key9 in data51){
let data52 = data51[key9];
const _errs94 = errors;
if(((typeof data52 !== "string") && (!((typeof data52 == "number") && (isFinite(data52))))) && (typeof data52 !== "boolean")){
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plugins/items/properties/config/additionalProperties/type",keyword:"type",params:{type: schema24.properties.plugins.items.properties.config.additionalProperties.type},message:"must be string,number,boolean",schema:schema24.properties.plugins.items.properties.config.additionalProperties.type,parentSchema:schema24.properties.plugins.items.properties.config.additionalProperties,data:data52}];
return false;
}
var valid12 = _errs94 === errors;
if(!valid12){
break;
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.plugins.items.properties.config.type,parentSchema:schema24.properties.plugins.items.properties.config,data:data51}];
return false;
}
}
var valid6 = _errs90 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.plugins.items.type,parentSchema:schema24.properties.plugins.items,data:data26}];
return false;
}
}
var valid5 = _errs46 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.plugins.type,parentSchema:schema24.properties.plugins,data:data25}];
return false;
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate61.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data}];
return false;
}
}
validate61.errors = vErrors;
return errors === 0;
}
validate61.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

return { 'lock': validate52, 'revocations': validate59, 'signer-policy': validate60, 'tier-manifest': validate61 };
})();
