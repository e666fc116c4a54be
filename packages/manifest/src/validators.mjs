// Generated from schemas/ by compile-validators.ts; do not edit.
/* oxlint-disable */
// oxfmt-ignore
export const VALIDATORS = (() => {

const schema19 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/access-table.schema.json","title":"access-table","description":"access.json: the lowest tier that holds each package.","type":"object","required":["schemaVersion","kind","packages"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"access"},"packages":{"type":"object","maxProperties":1024,"propertyNames":{"pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},"additionalProperties":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}}},"additionalProperties":false};
const pattern3 = new RegExp("^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$", "u");

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/access-table.schema.json" */;
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
if((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.packages === undefined) && (missing0 = "packages"))){
validate52.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema19.required,parentSchema:schema19,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "packages"))){
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
if("access" !== data1){
validate52.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "access"},message:"must be equal to constant",schema:"access",parentSchema:schema19.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.packages !== undefined){
let data2 = data.packages;
const _errs4 = errors;
if(errors === _errs4){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length > 1024){
validate52.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/maxProperties",keyword:"maxProperties",params:{limit: 1024},message:"must NOT have more than 1024 properties",schema:1024,parentSchema:schema19.properties.packages,data:data2}];
return false;
}
else {
for(const key1 in data2){
const _errs6 = errors;
if(typeof key1 === "string"){
if(!pattern3.test(key1)){
const err0 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema19.properties.packages.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema19.properties.packages.propertyNames,parentSchema:schema19.properties.packages,data:data2};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate52.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data2){
let data3 = data2[key2];
const _errs8 = errors;
if(!(((((((data3 === "core") || (data3 === "basic")) || (data3 === "pro")) || (data3 === "advanced")) || (data3 === "qm-venture")) || (data3 === "qm-campaign")) || (data3 === "qm-imperium"))){
validate52.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/packages/additionalProperties/enum",keyword:"enum",params:{allowedValues: schema19.properties.packages.additionalProperties.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.packages.additionalProperties.enum,parentSchema:schema19.properties.packages.additionalProperties,data:data3}];
return false;
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.packages.type,parentSchema:schema19.properties.packages,data:data2}];
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
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema20 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/capability-matrix.schema.json","title":"capability-matrix","description":"What each mechanism can do.","type":"object","required":["schemaVersion","kind","mechanisms"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"capability-matrix"},"mechanisms":{"type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"type":"object","required":["faults","tolerates","timing","finality","leader","linearizable","weights"],"properties":{"faults":{"enum":["crash","byzantine"]},"tolerates":{"enum":["any","under-half","under-third"]},"timing":{"enum":["asynchronous","partially-synchronous","synchronous-slots"]},"finality":{"enum":["immediate","economic","stable-cut","epsilon","none"]},"leader":{"type":"boolean"},"linearizable":{"type":"boolean"},"weights":{"type":"boolean"}},"additionalProperties":false}}},"additionalProperties":false};
const pattern4 = new RegExp("^[a-z][a-z0-9-]{0,63}$", "u");

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/capability-matrix.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.mechanisms === undefined) && (missing0 = "mechanisms"))){
validate53.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema20.required,parentSchema:schema20,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "mechanisms"))){
validate53.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema20,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate53.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema20.properties.schemaVersion,data:data0}];
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
if("capability-matrix" !== data1){
validate53.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "capability-matrix"},message:"must be equal to constant",schema:"capability-matrix",parentSchema:schema20.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mechanisms !== undefined){
let data2 = data.mechanisms;
const _errs4 = errors;
if(errors === _errs4){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
const _errs6 = errors;
if(typeof key1 === "string"){
if(!pattern4.test(key1)){
const err0 = {instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema20.properties.mechanisms.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema20.properties.mechanisms.propertyNames,parentSchema:schema20.properties.mechanisms,data:data2};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate53.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data2){
let data3 = data2[key2];
const _errs8 = errors;
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((((((((data3.faults === undefined) && (missing1 = "faults")) || ((data3.tolerates === undefined) && (missing1 = "tolerates"))) || ((data3.timing === undefined) && (missing1 = "timing"))) || ((data3.finality === undefined) && (missing1 = "finality"))) || ((data3.leader === undefined) && (missing1 = "leader"))) || ((data3.linearizable === undefined) && (missing1 = "linearizable"))) || ((data3.weights === undefined) && (missing1 = "weights"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema20.properties.mechanisms.additionalProperties.required,parentSchema:schema20.properties.mechanisms.additionalProperties,data:data3}];
return false;
}
else {
const _errs10 = errors;
for(const key3 in data3){
if(!(((((((key3 === "faults") || (key3 === "tolerates")) || (key3 === "timing")) || (key3 === "finality")) || (key3 === "leader")) || (key3 === "linearizable")) || (key3 === "weights"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema20.properties.mechanisms.additionalProperties,data:data3}];
return false;
break;
}
}
if(_errs10 === errors){
if(data3.faults !== undefined){
let data4 = data3.faults;
const _errs11 = errors;
if(!((data4 === "crash") || (data4 === "byzantine"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/faults",schemaPath:"#/properties/mechanisms/additionalProperties/properties/faults/enum",keyword:"enum",params:{allowedValues: schema20.properties.mechanisms.additionalProperties.properties.faults.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.mechanisms.additionalProperties.properties.faults.enum,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.faults,data:data4}];
return false;
}
var valid3 = _errs11 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.tolerates !== undefined){
let data5 = data3.tolerates;
const _errs12 = errors;
if(!(((data5 === "any") || (data5 === "under-half")) || (data5 === "under-third"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerates",schemaPath:"#/properties/mechanisms/additionalProperties/properties/tolerates/enum",keyword:"enum",params:{allowedValues: schema20.properties.mechanisms.additionalProperties.properties.tolerates.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.mechanisms.additionalProperties.properties.tolerates.enum,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.tolerates,data:data5}];
return false;
}
var valid3 = _errs12 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.timing !== undefined){
let data6 = data3.timing;
const _errs13 = errors;
if(!(((data6 === "asynchronous") || (data6 === "partially-synchronous")) || (data6 === "synchronous-slots"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/timing",schemaPath:"#/properties/mechanisms/additionalProperties/properties/timing/enum",keyword:"enum",params:{allowedValues: schema20.properties.mechanisms.additionalProperties.properties.timing.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.mechanisms.additionalProperties.properties.timing.enum,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.timing,data:data6}];
return false;
}
var valid3 = _errs13 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.finality !== undefined){
let data7 = data3.finality;
const _errs14 = errors;
if(!(((((data7 === "immediate") || (data7 === "economic")) || (data7 === "stable-cut")) || (data7 === "epsilon")) || (data7 === "none"))){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/finality",schemaPath:"#/properties/mechanisms/additionalProperties/properties/finality/enum",keyword:"enum",params:{allowedValues: schema20.properties.mechanisms.additionalProperties.properties.finality.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.mechanisms.additionalProperties.properties.finality.enum,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.finality,data:data7}];
return false;
}
var valid3 = _errs14 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.leader !== undefined){
let data8 = data3.leader;
const _errs15 = errors;
if(typeof data8 !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/leader",schemaPath:"#/properties/mechanisms/additionalProperties/properties/leader/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema20.properties.mechanisms.additionalProperties.properties.leader.type,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.leader,data:data8}];
return false;
}
var valid3 = _errs15 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.linearizable !== undefined){
let data9 = data3.linearizable;
const _errs17 = errors;
if(typeof data9 !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/linearizable",schemaPath:"#/properties/mechanisms/additionalProperties/properties/linearizable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema20.properties.mechanisms.additionalProperties.properties.linearizable.type,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.linearizable,data:data9}];
return false;
}
var valid3 = _errs17 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.weights !== undefined){
let data10 = data3.weights;
const _errs19 = errors;
if(typeof data10 !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/weights",schemaPath:"#/properties/mechanisms/additionalProperties/properties/weights/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema20.properties.mechanisms.additionalProperties.properties.weights.type,parentSchema:schema20.properties.mechanisms.additionalProperties.properties.weights,data:data10}];
return false;
}
var valid3 = _errs19 === errors;
}
else {
var valid3 = true;
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
validate53.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.properties.mechanisms.additionalProperties.type,parentSchema:schema20.properties.mechanisms.additionalProperties,data:data3}];
return false;
}
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.properties.mechanisms.type,parentSchema:schema20.properties.mechanisms,data:data2}];
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
validate53.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data}];
return false;
}
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema21 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/license-keys.schema.json","title":"license-keys","description":"Public keys that licenses are checked with, and serials that no longer count.","type":"object","required":["schemaVersion","kind","vendor","keys","revokedSerials"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"license-keys"},"vendor":{"type":"string","minLength":1,"maxLength":200},"keys":{"type":"array","maxItems":32,"items":{"type":"object","required":["kid","kty","crv","x"],"properties":{"kid":{"type":"string","minLength":1,"maxLength":100},"kty":{"const":"OKP"},"crv":{"const":"Ed25519"},"x":{"type":"string","pattern":"^[A-Za-z0-9_-]{43}$","description":"Base64url of the 32 key bytes."}},"additionalProperties":false}},"revokedSerials":{"type":"array","maxItems":10000,"uniqueItems":true,"items":{"type":"string","minLength":1,"maxLength":100}}},"additionalProperties":false};
const pattern5 = new RegExp("^[A-Za-z0-9_-]{43}$", "u");

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/license-keys.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate54.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.vendor === undefined) && (missing0 = "vendor"))) || ((data.keys === undefined) && (missing0 = "keys"))) || ((data.revokedSerials === undefined) && (missing0 = "revokedSerials"))){
validate54.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema21.required,parentSchema:schema21,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "vendor")) || (key0 === "keys")) || (key0 === "revokedSerials"))){
validate54.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema21,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate54.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema21.properties.schemaVersion,data:data0}];
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
if("license-keys" !== data1){
validate54.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "license-keys"},message:"must be equal to constant",schema:"license-keys",parentSchema:schema21.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vendor !== undefined){
let data2 = data.vendor;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(data2.length > 200){
validate54.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema21.properties.vendor,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate54.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.vendor,data:data2}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.vendor.type,parentSchema:schema21.properties.vendor,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keys !== undefined){
let data3 = data.keys;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data3)){
if(data3.length > 32){
validate54.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema21.properties.keys,data:data3}];
return false;
}
else {
var valid1 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
const _errs8 = errors;
if(errors === _errs8){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
let missing1;
if(((((data4.kid === undefined) && (missing1 = "kid")) || ((data4.kty === undefined) && (missing1 = "kty"))) || ((data4.crv === undefined) && (missing1 = "crv"))) || ((data4.x === undefined) && (missing1 = "x"))){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema21.properties.keys.items.required,parentSchema:schema21.properties.keys.items,data:data4}];
return false;
}
else {
const _errs10 = errors;
for(const key1 in data4){
if(!((((key1 === "kid") || (key1 === "kty")) || (key1 === "crv")) || (key1 === "x"))){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema21.properties.keys.items,data:data4}];
return false;
break;
}
}
if(_errs10 === errors){
if(data4.kid !== undefined){
let data5 = data4.kid;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data5 === "string"){
if(data5.length > 100){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema21.properties.keys.items.properties.kid,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.keys.items.properties.kid,data:data5}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keys.items.properties.kid.type,parentSchema:schema21.properties.keys.items.properties.kid,data:data5}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.kty !== undefined){
let data6 = data4.kty;
const _errs13 = errors;
if("OKP" !== data6){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/kty",schemaPath:"#/properties/keys/items/properties/kty/const",keyword:"const",params:{allowedValue: "OKP"},message:"must be equal to constant",schema:"OKP",parentSchema:schema21.properties.keys.items.properties.kty,data:data6}];
return false;
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.crv !== undefined){
let data7 = data4.crv;
const _errs14 = errors;
if("Ed25519" !== data7){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/crv",schemaPath:"#/properties/keys/items/properties/crv/const",keyword:"const",params:{allowedValue: "Ed25519"},message:"must be equal to constant",schema:"Ed25519",parentSchema:schema21.properties.keys.items.properties.crv,data:data7}];
return false;
}
var valid2 = _errs14 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.x !== undefined){
let data8 = data4.x;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data8 === "string"){
if(!pattern5.test(data8)){
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/x",schemaPath:"#/properties/keys/items/properties/x/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_-]{43}$"},message:"must match pattern \""+"^[A-Za-z0-9_-]{43}$"+"\"",schema:"^[A-Za-z0-9_-]{43}$",parentSchema:schema21.properties.keys.items.properties.x,data:data8}];
return false;
}
}
else {
validate54.errors = [{instancePath:instancePath+"/keys/" + i0+"/x",schemaPath:"#/properties/keys/items/properties/x/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keys.items.properties.x.type,parentSchema:schema21.properties.keys.items.properties.x,data:data8}];
return false;
}
}
var valid2 = _errs15 === errors;
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
validate54.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.properties.keys.items.type,parentSchema:schema21.properties.keys.items,data:data4}];
return false;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties.keys.type,parentSchema:schema21.properties.keys,data:data3}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.revokedSerials !== undefined){
let data9 = data.revokedSerials;
const _errs17 = errors;
if(errors === _errs17){
if(Array.isArray(data9)){
if(data9.length > 10000){
validate54.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items",schema:10000,parentSchema:schema21.properties.revokedSerials,data:data9}];
return false;
}
else {
var valid3 = true;
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
const _errs19 = errors;
if(errors === _errs19){
if(typeof data10 === "string"){
if(data10.length > 100){
validate54.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema21.properties.revokedSerials.items,data:data10}];
return false;
}
else {
if(data10.length < 1){
validate54.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21.properties.revokedSerials.items,data:data10}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.revokedSerials.items.type,parentSchema:schema21.properties.revokedSerials.items,data:data10}];
return false;
}
}
var valid3 = _errs19 === errors;
if(!valid3){
break;
}
}
if(valid3){
let i2 = data9.length;
let j0;
if(i2 > 1){
const indices0 = {};
for(;i2--;){
let item0 = data9[i2];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
validate54.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i2+" are identical)",schema:true,parentSchema:schema21.properties.revokedSerials,data:data9}];
return false;
break;
}
indices0[item0] = i2;
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties.revokedSerials.type,parentSchema:schema21.properties.revokedSerials,data:data9}];
return false;
}
}
var valid0 = _errs17 === errors;
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
else {
validate54.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.type,parentSchema:schema21,data}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}
validate54.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema22 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/lock.schema.json","title":"lock","description":"What a generation holds, and what admitted it.","type":"object","required":["schemaVersion","kind","generation","created","tier","registry","manifest","license","runtime","plugins"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"lock"},"generation":{"type":"integer","minimum":1},"created":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"registry":{"type":"string","minLength":1,"maxLength":500},"manifest":{"type":"object","required":["role","roleVersion","rootVersion","release","sha512"],"properties":{"role":{"type":"string","minLength":1,"maxLength":100},"roleVersion":{"type":"integer","minimum":1},"rootVersion":{"type":"integer","minimum":1},"release":{"type":"integer","minimum":1},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false},"license":{"anyOf":[{"type":"null"},{"type":"object","required":["serial","customer","tier"],"properties":{"serial":{"type":"string","minLength":1,"maxLength":100},"customer":{"type":"string","minLength":1,"maxLength":200},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}},"additionalProperties":false}]},"runtime":{"$ref":"#/$defs/locked"},"plugins":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"$ref":"#/$defs/locked"}}},"additionalProperties":false,"$defs":{"sha512":{"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."},"locked":{"type":"object","required":["name","version","sha512","evidence"],"properties":{"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"sha512":{"$ref":"#/$defs/sha512"},"evidence":{"type":"object","required":["keys","mode","provenance"],"properties":{"keys":{"type":"array","minItems":1,"maxItems":16,"items":{"type":"string","minLength":1,"maxLength":64}},"mode":{"const":"public-key"},"provenance":{"anyOf":[{"type":"null"},{"type":"object","required":["builder","source"],"properties":{"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}]}},"additionalProperties":false}},"additionalProperties":false}}};
const func1 = Object.prototype.hasOwnProperty;
const pattern6 = new RegExp("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$", "u");
const schema23 = {"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."};
const pattern7 = new RegExp("^[0-9a-f]{128}$", "u");

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern7.test(data)){
validate56.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},message:"must match pattern \""+"^[0-9a-f]{128}$"+"\"",schema:"^[0-9a-f]{128}$",parentSchema:schema23,data}];
return false;
}
}
else {
validate56.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.type,parentSchema:schema23,data}];
return false;
}
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema24 = {"type":"object","required":["name","version","sha512","evidence"],"properties":{"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"sha512":{"$ref":"#/$defs/sha512"},"evidence":{"type":"object","required":["keys","mode","provenance"],"properties":{"keys":{"type":"array","minItems":1,"maxItems":16,"items":{"type":"string","minLength":1,"maxLength":64}},"mode":{"const":"public-key"},"provenance":{"anyOf":[{"type":"null"},{"type":"object","required":["builder","source"],"properties":{"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}]}},"additionalProperties":false}},"additionalProperties":false};
const pattern9 = new RegExp("^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$", "u");

function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate58.evaluated;
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
validate58.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema24.required,parentSchema:schema24,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "version")) || (key0 === "sha512")) || (key0 === "evidence"))){
validate58.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data}];
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
if(!pattern3.test(data0)){
validate58.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema24.properties.name,data:data0}];
return false;
}
}
else {
validate58.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.name.type,parentSchema:schema24.properties.name,data:data0}];
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
validate58.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema24.properties.version,data:data1}];
return false;
}
else {
if(!pattern9.test(data1)){
validate58.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema24.properties.version,data:data1}];
return false;
}
}
}
else {
validate58.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.version.type,parentSchema:schema24.properties.version,data:data1}];
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
if(!(validate56(data.sha512, {instancePath:instancePath+"/sha512",parentData:data,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate58.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema24.properties.evidence.required,parentSchema:schema24.properties.evidence,data:data3}];
return false;
}
else {
const _errs9 = errors;
for(const key1 in data3){
if(!(((key1 === "keys") || (key1 === "mode")) || (key1 === "provenance"))){
validate58.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.evidence,data:data3}];
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
validate58.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema24.properties.evidence.properties.keys,data:data4}];
return false;
}
else {
if(data4.length < 1){
validate58.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema24.properties.evidence.properties.keys,data:data4}];
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
validate58.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema24.properties.evidence.properties.keys.items,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate58.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.evidence.properties.keys.items,data:data5}];
return false;
}
}
}
else {
validate58.errors = [{instancePath:instancePath+"/evidence/keys/" + i0,schemaPath:"#/properties/evidence/properties/keys/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.evidence.properties.keys.items.type,parentSchema:schema24.properties.evidence.properties.keys.items,data:data5}];
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
validate58.errors = [{instancePath:instancePath+"/evidence/keys",schemaPath:"#/properties/evidence/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.evidence.properties.keys.type,parentSchema:schema24.properties.evidence.properties.keys,data:data4}];
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
validate58.errors = [{instancePath:instancePath+"/evidence/mode",schemaPath:"#/properties/evidence/properties/mode/const",keyword:"const",params:{allowedValue: "public-key"},message:"must be equal to constant",schema:"public-key",parentSchema:schema24.properties.evidence.properties.mode,data:data6}];
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
const err0 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema24.properties.evidence.properties.provenance.anyOf[0].type,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[0],data:data7};
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
const err1 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema24.properties.evidence.properties.provenance.anyOf[1].required,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1],data:data7};
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
const err2 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1],data:data7};
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
const err3 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
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
const err4 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
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
const err5 = {instancePath:instancePath+"/evidence/provenance/builder",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/builder/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.builder.type,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.builder,data:data8};
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
const err6 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
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
const err7 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
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
const err8 = {instancePath:instancePath+"/evidence/provenance/source",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.source.type,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1].properties.source,data:data9};
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
const err9 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.evidence.properties.provenance.anyOf[1].type,parentSchema:schema24.properties.evidence.properties.provenance.anyOf[1],data:data7};
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
const err10 = {instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema24.properties.evidence.properties.provenance.anyOf,parentSchema:schema24.properties.evidence.properties.provenance,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate58.errors = vErrors;
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
validate58.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.properties.evidence.type,parentSchema:schema24.properties.evidence,data:data3}];
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
validate58.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data}];
return false;
}
}
validate58.errors = vErrors;
return errors === 0;
}
validate58.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/lock.schema.json" */;
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
if(((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.generation === undefined) && (missing0 = "generation"))) || ((data.created === undefined) && (missing0 = "created"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.registry === undefined) && (missing0 = "registry"))) || ((data.manifest === undefined) && (missing0 = "manifest"))) || ((data.license === undefined) && (missing0 = "license"))) || ((data.runtime === undefined) && (missing0 = "runtime"))) || ((data.plugins === undefined) && (missing0 = "plugins"))){
validate55.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema22.required,parentSchema:schema22,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema22.properties, key0))){
validate55.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate55.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema22.properties.schemaVersion,data:data0}];
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
validate55.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "lock"},message:"must be equal to constant",schema:"lock",parentSchema:schema22.properties.kind,data:data1}];
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
validate55.errors = [{instancePath:instancePath+"/generation",schemaPath:"#/properties/generation/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.generation.type,parentSchema:schema22.properties.generation,data:data2}];
return false;
}
if(errors === _errs4){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < 1 || isNaN(data2)){
validate55.errors = [{instancePath:instancePath+"/generation",schemaPath:"#/properties/generation/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.generation,data:data2}];
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
if(!pattern6.test(data3)){
validate55.errors = [{instancePath:instancePath+"/created",schemaPath:"#/properties/created/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema22.properties.created,data:data3}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/created",schemaPath:"#/properties/created/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.created.type,parentSchema:schema22.properties.created,data:data3}];
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
validate55.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/enum",keyword:"enum",params:{allowedValues: schema22.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema22.properties.tier.enum,parentSchema:schema22.properties.tier,data:data4}];
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
validate55.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema22.properties.registry,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate55.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.registry,data:data5}];
return false;
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.registry.type,parentSchema:schema22.properties.registry,data:data5}];
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
validate55.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema22.properties.manifest.required,parentSchema:schema22.properties.manifest,data:data6}];
return false;
}
else {
const _errs13 = errors;
for(const key1 in data6){
if(!(((((key1 === "role") || (key1 === "roleVersion")) || (key1 === "rootVersion")) || (key1 === "release")) || (key1 === "sha512"))){
validate55.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema22.properties.manifest,data:data6}];
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
validate55.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema22.properties.manifest.properties.role,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate55.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.manifest.properties.role,data:data7}];
return false;
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/manifest/role",schemaPath:"#/properties/manifest/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.manifest.properties.role.type,parentSchema:schema22.properties.manifest.properties.role,data:data7}];
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
validate55.errors = [{instancePath:instancePath+"/manifest/roleVersion",schemaPath:"#/properties/manifest/properties/roleVersion/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.manifest.properties.roleVersion.type,parentSchema:schema22.properties.manifest.properties.roleVersion,data:data8}];
return false;
}
if(errors === _errs16){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
validate55.errors = [{instancePath:instancePath+"/manifest/roleVersion",schemaPath:"#/properties/manifest/properties/roleVersion/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.manifest.properties.roleVersion,data:data8}];
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
validate55.errors = [{instancePath:instancePath+"/manifest/rootVersion",schemaPath:"#/properties/manifest/properties/rootVersion/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.manifest.properties.rootVersion.type,parentSchema:schema22.properties.manifest.properties.rootVersion,data:data9}];
return false;
}
if(errors === _errs18){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 1 || isNaN(data9)){
validate55.errors = [{instancePath:instancePath+"/manifest/rootVersion",schemaPath:"#/properties/manifest/properties/rootVersion/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.manifest.properties.rootVersion,data:data9}];
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
validate55.errors = [{instancePath:instancePath+"/manifest/release",schemaPath:"#/properties/manifest/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.manifest.properties.release.type,parentSchema:schema22.properties.manifest.properties.release,data:data10}];
return false;
}
if(errors === _errs20){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 1 || isNaN(data10)){
validate55.errors = [{instancePath:instancePath+"/manifest/release",schemaPath:"#/properties/manifest/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.manifest.properties.release,data:data10}];
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
if(!(validate56(data6.sha512, {instancePath:instancePath+"/manifest/sha512",parentData:data6,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate55.errors = [{instancePath:instancePath+"/manifest",schemaPath:"#/properties/manifest/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.manifest.type,parentSchema:schema22.properties.manifest,data:data6}];
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
const err0 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema22.properties.license.anyOf[0].type,parentSchema:schema22.properties.license.anyOf[0],data:data12};
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
const err1 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema22.properties.license.anyOf[1].required,parentSchema:schema22.properties.license.anyOf[1],data:data12};
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
const err2 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema22.properties.license.anyOf[1],data:data12};
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
const err3 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema22.properties.license.anyOf[1].properties.serial,data:data13};
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
const err4 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.license.anyOf[1].properties.serial,data:data13};
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
const err5 = {instancePath:instancePath+"/license/serial",schemaPath:"#/properties/license/anyOf/1/properties/serial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.license.anyOf[1].properties.serial.type,parentSchema:schema22.properties.license.anyOf[1].properties.serial,data:data13};
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
const err6 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema22.properties.license.anyOf[1].properties.customer,data:data14};
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
const err7 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.license.anyOf[1].properties.customer,data:data14};
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
const err8 = {instancePath:instancePath+"/license/customer",schemaPath:"#/properties/license/anyOf/1/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.license.anyOf[1].properties.customer.type,parentSchema:schema22.properties.license.anyOf[1].properties.customer,data:data14};
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
const err9 = {instancePath:instancePath+"/license/tier",schemaPath:"#/properties/license/anyOf/1/properties/tier/enum",keyword:"enum",params:{allowedValues: schema22.properties.license.anyOf[1].properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema22.properties.license.anyOf[1].properties.tier.enum,parentSchema:schema22.properties.license.anyOf[1].properties.tier,data:data15};
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
const err10 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.license.anyOf[1].type,parentSchema:schema22.properties.license.anyOf[1],data:data12};
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
const err11 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema22.properties.license.anyOf,parentSchema:schema22.properties.license,data:data12};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate55.errors = vErrors;
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
if(!(validate58(data.runtime, {instancePath:instancePath+"/runtime",parentData:data,parentDataProperty:"runtime",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
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
validate55.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema22.properties.plugins,data:data17}];
return false;
}
else {
for(const key3 in data17){
const _errs38 = errors;
if(typeof key3 === "string"){
if(!pattern4.test(key3)){
const err12 = {instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema22.properties.plugins.propertyNames,data:key3,propertyName:key3};
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
const err13 = {instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid",schema:schema22.properties.plugins.propertyNames,parentSchema:schema22.properties.plugins,data:data17};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
validate55.errors = vErrors;
return false;
break;
}
}
if(valid4){
for(const key4 in data17){
const _errs40 = errors;
if(!(validate58(data17[key4], {instancePath:instancePath+"/plugins/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data17,parentDataProperty:key4,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
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
validate55.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.plugins.type,parentSchema:schema22.properties.plugins,data:data17}];
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
validate55.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}
validate55.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema25 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/mechanism-defaults.schema.json","title":"mechanism-defaults","description":"Default configuration of a mechanism.","type":"object","required":["schemaVersion","kind","mechanism","config"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"mechanism-defaults"},"mechanism":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"config":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}},"additionalProperties":false};
const pattern12 = new RegExp("^[a-z][A-Za-z0-9]{0,63}$", "u");

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/mechanism-defaults.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.mechanism === undefined) && (missing0 = "mechanism"))) || ((data.config === undefined) && (missing0 = "config"))){
validate62.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema25.required,parentSchema:schema25,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "mechanism")) || (key0 === "config"))){
validate62.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema25,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate62.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema25.properties.schemaVersion,data:data0}];
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
if("mechanism-defaults" !== data1){
validate62.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "mechanism-defaults"},message:"must be equal to constant",schema:"mechanism-defaults",parentSchema:schema25.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mechanism !== undefined){
let data2 = data.mechanism;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate62.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema25.properties.mechanism,data:data2}];
return false;
}
}
else {
validate62.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.properties.mechanism.type,parentSchema:schema25.properties.mechanism,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.config !== undefined){
let data3 = data.config;
const _errs6 = errors;
if(errors === _errs6){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(Object.keys(data3).length > 64){
validate62.errors = [{instancePath:instancePath+"/config",schemaPath:"#/properties/config/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema25.properties.config,data:data3}];
return false;
}
else {
for(const key1 in data3){
const _errs8 = errors;
if(typeof key1 === "string"){
if(!pattern12.test(key1)){
const err0 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][A-Za-z0-9]{0,63}$"},message:"must match pattern \""+"^[a-z][A-Za-z0-9]{0,63}$"+"\"",schema:"^[a-z][A-Za-z0-9]{0,63}$",parentSchema:schema25.properties.config.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema25.properties.config.propertyNames,parentSchema:schema25.properties.config,data:data3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate62.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data3){
let data4 = data3[key2];
const _errs10 = errors;
if(((typeof data4 !== "string") && (!((typeof data4 == "number") && (isFinite(data4))))) && (typeof data4 !== "boolean")){
validate62.errors = [{instancePath:instancePath+"/config/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/config/additionalProperties/type",keyword:"type",params:{type: schema25.properties.config.additionalProperties.type},message:"must be string,number,boolean",schema:schema25.properties.config.additionalProperties.type,parentSchema:schema25.properties.config.additionalProperties,data:data4}];
return false;
}
var valid2 = _errs10 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate62.errors = [{instancePath:instancePath+"/config",schemaPath:"#/properties/config/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema25.properties.config.type,parentSchema:schema25.properties.config,data:data3}];
return false;
}
}
var valid0 = _errs6 === errors;
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
validate62.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema25.type,parentSchema:schema25,data}];
return false;
}
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema26 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/registry-info.schema.json","title":"registry-info","description":"registry.json: who publishes this tree, and where it is served.","type":"object","required":["schemaVersion","kind","vendor","origin","release"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"registry"},"vendor":{"type":"string","minLength":1,"maxLength":200},"origin":{"type":"string","maxLength":500,"pattern":"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$","description":"Public address without a trailing slash."},"release":{"type":"integer","minimum":0,"description":"Grows with every publication."}},"additionalProperties":false};
const pattern13 = new RegExp("^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$", "u");

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/registry-info.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate63.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.vendor === undefined) && (missing0 = "vendor"))) || ((data.origin === undefined) && (missing0 = "origin"))) || ((data.release === undefined) && (missing0 = "release"))){
validate63.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema26.required,parentSchema:schema26,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "vendor")) || (key0 === "origin")) || (key0 === "release"))){
validate63.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema26,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate63.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema26.properties.schemaVersion,data:data0}];
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
if("registry" !== data1){
validate63.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "registry"},message:"must be equal to constant",schema:"registry",parentSchema:schema26.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vendor !== undefined){
let data2 = data.vendor;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(data2.length > 200){
validate63.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema26.properties.vendor,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate63.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema26.properties.vendor,data:data2}];
return false;
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.vendor.type,parentSchema:schema26.properties.vendor,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.origin !== undefined){
let data3 = data.origin;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data3 === "string"){
if(data3.length > 500){
validate63.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema26.properties.origin,data:data3}];
return false;
}
else {
if(!pattern13.test(data3)){
validate63.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/pattern",keyword:"pattern",params:{pattern: "^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$"},message:"must match pattern \""+"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$"+"\"",schema:"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$",parentSchema:schema26.properties.origin,data:data3}];
return false;
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.origin.type,parentSchema:schema26.properties.origin,data:data3}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.release !== undefined){
let data4 = data.release;
const _errs8 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate63.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties.release.type,parentSchema:schema26.properties.release,data:data4}];
return false;
}
if(errors === _errs8){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate63.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema26.properties.release,data:data4}];
return false;
}
}
}
var valid0 = _errs8 === errors;
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
else {
validate63.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.type,parentSchema:schema26,data}];
return false;
}
}
validate63.errors = vErrors;
return errors === 0;
}
validate63.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema27 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/resource-profile.schema.json","title":"resource-profile","description":"What one node needs to run a mechanism.","type":"object","required":["schemaVersion","kind","mechanism","cpuCores","memoryBytes","diskBytes","networkMbps","latencyMs","minNodes","maxNodes"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"resource-profile"},"mechanism":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"cpuCores":{"type":"number","exclusiveMinimum":0,"maximum":1024,"description":"Cores."},"memoryBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"diskBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"networkMbps":{"type":"number","exclusiveMinimum":0,"description":"Mbit/s."},"latencyMs":{"type":"number","exclusiveMinimum":0,"description":"Largest round trip between peers, milliseconds."},"minNodes":{"type":"integer","minimum":1},"maxNodes":{"type":"integer","minimum":0,"description":"0: no limit of its own."}},"additionalProperties":false};

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/resource-profile.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.mechanism === undefined) && (missing0 = "mechanism"))) || ((data.cpuCores === undefined) && (missing0 = "cpuCores"))) || ((data.memoryBytes === undefined) && (missing0 = "memoryBytes"))) || ((data.diskBytes === undefined) && (missing0 = "diskBytes"))) || ((data.networkMbps === undefined) && (missing0 = "networkMbps"))) || ((data.latencyMs === undefined) && (missing0 = "latencyMs"))) || ((data.minNodes === undefined) && (missing0 = "minNodes"))) || ((data.maxNodes === undefined) && (missing0 = "maxNodes"))){
validate64.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema27.required,parentSchema:schema27,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema27.properties, key0))){
validate64.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema27,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate64.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema27.properties.schemaVersion,data:data0}];
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
if("resource-profile" !== data1){
validate64.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "resource-profile"},message:"must be equal to constant",schema:"resource-profile",parentSchema:schema27.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mechanism !== undefined){
let data2 = data.mechanism;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate64.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema27.properties.mechanism,data:data2}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.mechanism.type,parentSchema:schema27.properties.mechanism,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cpuCores !== undefined){
let data3 = data.cpuCores;
const _errs6 = errors;
if(errors === _errs6){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1024 || isNaN(data3)){
validate64.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024",schema:1024,parentSchema:schema27.properties.cpuCores,data:data3}];
return false;
}
else {
if(data3 <= 0 || isNaN(data3)){
validate64.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema27.properties.cpuCores,data:data3}];
return false;
}
}
}
else {
validate64.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema27.properties.cpuCores.type,parentSchema:schema27.properties.cpuCores,data:data3}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.memoryBytes !== undefined){
let data4 = data.memoryBytes;
const _errs8 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate64.errors = [{instancePath:instancePath+"/memoryBytes",schemaPath:"#/properties/memoryBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.properties.memoryBytes.type,parentSchema:schema27.properties.memoryBytes,data:data4}];
return false;
}
if(errors === _errs8){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1048576 || isNaN(data4)){
validate64.errors = [{instancePath:instancePath+"/memoryBytes",schemaPath:"#/properties/memoryBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema27.properties.memoryBytes,data:data4}];
return false;
}
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.diskBytes !== undefined){
let data5 = data.diskBytes;
const _errs10 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate64.errors = [{instancePath:instancePath+"/diskBytes",schemaPath:"#/properties/diskBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.properties.diskBytes.type,parentSchema:schema27.properties.diskBytes,data:data5}];
return false;
}
if(errors === _errs10){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 1048576 || isNaN(data5)){
validate64.errors = [{instancePath:instancePath+"/diskBytes",schemaPath:"#/properties/diskBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema27.properties.diskBytes,data:data5}];
return false;
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.networkMbps !== undefined){
let data6 = data.networkMbps;
const _errs12 = errors;
if(errors === _errs12){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 <= 0 || isNaN(data6)){
validate64.errors = [{instancePath:instancePath+"/networkMbps",schemaPath:"#/properties/networkMbps/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema27.properties.networkMbps,data:data6}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/networkMbps",schemaPath:"#/properties/networkMbps/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema27.properties.networkMbps.type,parentSchema:schema27.properties.networkMbps,data:data6}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.latencyMs !== undefined){
let data7 = data.latencyMs;
const _errs14 = errors;
if(errors === _errs14){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 <= 0 || isNaN(data7)){
validate64.errors = [{instancePath:instancePath+"/latencyMs",schemaPath:"#/properties/latencyMs/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema27.properties.latencyMs,data:data7}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/latencyMs",schemaPath:"#/properties/latencyMs/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema27.properties.latencyMs.type,parentSchema:schema27.properties.latencyMs,data:data7}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.minNodes !== undefined){
let data8 = data.minNodes;
const _errs16 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate64.errors = [{instancePath:instancePath+"/minNodes",schemaPath:"#/properties/minNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.properties.minNodes.type,parentSchema:schema27.properties.minNodes,data:data8}];
return false;
}
if(errors === _errs16){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
validate64.errors = [{instancePath:instancePath+"/minNodes",schemaPath:"#/properties/minNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27.properties.minNodes,data:data8}];
return false;
}
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.maxNodes !== undefined){
let data9 = data.maxNodes;
const _errs18 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate64.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.properties.maxNodes.type,parentSchema:schema27.properties.maxNodes,data:data9}];
return false;
}
if(errors === _errs18){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 0 || isNaN(data9)){
validate64.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema27.properties.maxNodes,data:data9}];
return false;
}
}
}
var valid0 = _errs18 === errors;
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
validate64.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.type,parentSchema:schema27,data}];
return false;
}
}
validate64.errors = vErrors;
return errors === 0;
}
validate64.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema28 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/revocations.schema.json","title":"revocations","description":"Versions that are withdrawn, how hard, and why.","type":"object","required":["schemaVersion","kind","yanked"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"revocations"},"yanked":{"type":"array","maxItems":4096,"items":{"type":"object","required":["package","version","level","reason","replacement","at"],"properties":{"package":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"level":{"enum":["hidden","warn","block","quarantine"]},"reason":{"type":"string","minLength":1,"maxLength":500},"replacement":{"anyOf":[{"type":"null"},{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."}]},"at":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."}},"additionalProperties":false}}},"additionalProperties":false};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/revocations.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate65.evaluated;
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
validate65.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema28.required,parentSchema:schema28,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "yanked"))){
validate65.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema28,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate65.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema28.properties.schemaVersion,data:data0}];
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
validate65.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "revocations"},message:"must be equal to constant",schema:"revocations",parentSchema:schema28.properties.kind,data:data1}];
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
validate65.errors = [{instancePath:instancePath+"/yanked",schemaPath:"#/properties/yanked/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema28.properties.yanked,data:data2}];
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
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema28.properties.yanked.items.required,parentSchema:schema28.properties.yanked.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!((((((key1 === "package") || (key1 === "version")) || (key1 === "level")) || (key1 === "reason")) || (key1 === "replacement")) || (key1 === "at"))){
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.yanked.items,data:data3}];
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
if(!pattern3.test(data4)){
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/package",schemaPath:"#/properties/yanked/items/properties/package/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema28.properties.yanked.items.properties.package,data:data4}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/package",schemaPath:"#/properties/yanked/items/properties/package/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.yanked.items.properties.package.type,parentSchema:schema28.properties.yanked.items.properties.package,data:data4}];
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
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema28.properties.yanked.items.properties.version,data:data5}];
return false;
}
else {
if(!pattern9.test(data5)){
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema28.properties.yanked.items.properties.version,data:data5}];
return false;
}
}
}
else {
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/version",schemaPath:"#/properties/yanked/items/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.yanked.items.properties.version.type,parentSchema:schema28.properties.yanked.items.properties.version,data:data5}];
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
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/level",schemaPath:"#/properties/yanked/items/properties/level/enum",keyword:"enum",params:{allowedValues: schema28.properties.yanked.items.properties.level.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.yanked.items.properties.level.enum,parentSchema:schema28.properties.yanked.items.properties.level,data:data6}];
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
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema28.properties.yanked.items.properties.reason,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema28.properties.yanked.items.properties.reason,data:data7}];
return false;
}
}
}
else {
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/reason",schemaPath:"#/properties/yanked/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.yanked.items.properties.reason.type,parentSchema:schema28.properties.yanked.items.properties.reason,data:data7}];
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
const err0 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema28.properties.yanked.items.properties.replacement.anyOf[0].type,parentSchema:schema28.properties.yanked.items.properties.replacement.anyOf[0],data:data8};
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
const err1 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema28.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(!pattern9.test(data8)){
const err2 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema28.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
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
const err3 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.yanked.items.properties.replacement.anyOf[1].type,parentSchema:schema28.properties.yanked.items.properties.replacement.anyOf[1],data:data8};
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
const err4 = {instancePath:instancePath+"/yanked/" + i0+"/replacement",schemaPath:"#/properties/yanked/items/properties/replacement/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema28.properties.yanked.items.properties.replacement.anyOf,parentSchema:schema28.properties.yanked.items.properties.replacement,data:data8};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate65.errors = vErrors;
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
if(!pattern6.test(data9)){
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/at",schemaPath:"#/properties/yanked/items/properties/at/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema28.properties.yanked.items.properties.at,data:data9}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0+"/at",schemaPath:"#/properties/yanked/items/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.yanked.items.properties.at.type,parentSchema:schema28.properties.yanked.items.properties.at,data:data9}];
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
validate65.errors = [{instancePath:instancePath+"/yanked/" + i0,schemaPath:"#/properties/yanked/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.yanked.items.type,parentSchema:schema28.properties.yanked.items,data:data3}];
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
validate65.errors = [{instancePath:instancePath+"/yanked",schemaPath:"#/properties/yanked/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.yanked.type,parentSchema:schema28.properties.yanked,data:data2}];
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
validate65.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.type,parentSchema:schema28,data}];
return false;
}
}
validate65.errors = vErrors;
return errors === 0;
}
validate65.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema29 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/signer-policy.schema.json","title":"signer-policy","description":"Which key may sign which package, and what its provenance must say.","type":"object","required":["schemaVersion","kind","keys","rules"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"signer-policy"},"keys":{"type":"array","maxItems":64,"items":{"type":"object","required":["id","algorithm","spki","revoked"],"properties":{"id":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"},"algorithm":{"enum":["ecdsa-p256-sha256","ed25519","ml-dsa-87"]},"spki":{"type":"string","maxLength":8192,"pattern":"^[A-Za-z0-9+/]+={0,2}$","description":"Base64 of the DER SubjectPublicKeyInfo."},"revoked":{"type":"boolean"}},"additionalProperties":false}},"rules":{"type":"array","maxItems":256,"items":{"type":"object","required":["package","mode","keys","builder","source"],"properties":{"package":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"mode":{"const":"public-key"},"keys":{"type":"array","minItems":1,"maxItems":16,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"}},"builder":{"type":"string","minLength":1,"maxLength":500},"source":{"type":"string","minLength":1,"maxLength":500}},"additionalProperties":false}}},"additionalProperties":false};
const pattern19 = new RegExp("^[a-z0-9-]{1,64}$", "u");
const pattern20 = new RegExp("^[A-Za-z0-9+/]+={0,2}$", "u");

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/signer-policy.schema.json" */;
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
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.keys === undefined) && (missing0 = "keys"))) || ((data.rules === undefined) && (missing0 = "rules"))){
validate66.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema29.required,parentSchema:schema29,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "keys")) || (key0 === "rules"))){
validate66.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema29,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate66.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema29.properties.schemaVersion,data:data0}];
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
validate66.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "signer-policy"},message:"must be equal to constant",schema:"signer-policy",parentSchema:schema29.properties.kind,data:data1}];
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
validate66.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema29.properties.keys,data:data2}];
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
validate66.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema29.properties.keys.items.required,parentSchema:schema29.properties.keys.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!((((key1 === "id") || (key1 === "algorithm")) || (key1 === "spki")) || (key1 === "revoked"))){
validate66.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema29.properties.keys.items,data:data3}];
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
if(!pattern19.test(data4)){
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/id",schemaPath:"#/properties/keys/items/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,64}$"},message:"must match pattern \""+"^[a-z0-9-]{1,64}$"+"\"",schema:"^[a-z0-9-]{1,64}$",parentSchema:schema29.properties.keys.items.properties.id,data:data4}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/id",schemaPath:"#/properties/keys/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.keys.items.properties.id.type,parentSchema:schema29.properties.keys.items.properties.id,data:data4}];
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
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/algorithm",schemaPath:"#/properties/keys/items/properties/algorithm/enum",keyword:"enum",params:{allowedValues: schema29.properties.keys.items.properties.algorithm.enum},message:"must be equal to one of the allowed values",schema:schema29.properties.keys.items.properties.algorithm.enum,parentSchema:schema29.properties.keys.items.properties.algorithm,data:data5}];
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
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/maxLength",keyword:"maxLength",params:{limit: 8192},message:"must NOT have more than 8192 characters",schema:8192,parentSchema:schema29.properties.keys.items.properties.spki,data:data6}];
return false;
}
else {
if(!pattern20.test(data6)){
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema29.properties.keys.items.properties.spki,data:data6}];
return false;
}
}
}
else {
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/spki",schemaPath:"#/properties/keys/items/properties/spki/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.keys.items.properties.spki.type,parentSchema:schema29.properties.keys.items.properties.spki,data:data6}];
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
validate66.errors = [{instancePath:instancePath+"/keys/" + i0+"/revoked",schemaPath:"#/properties/keys/items/properties/revoked/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema29.properties.keys.items.properties.revoked.type,parentSchema:schema29.properties.keys.items.properties.revoked,data:data7}];
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
validate66.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema29.properties.keys.items.type,parentSchema:schema29.properties.keys.items,data:data3}];
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
validate66.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema29.properties.keys.type,parentSchema:schema29.properties.keys,data:data2}];
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
validate66.errors = [{instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema29.properties.rules,data:data8}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema29.properties.rules.items.required,parentSchema:schema29.properties.rules.items,data:data9}];
return false;
}
else {
const _errs20 = errors;
for(const key2 in data9){
if(!(((((key2 === "package") || (key2 === "mode")) || (key2 === "keys")) || (key2 === "builder")) || (key2 === "source"))){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema29.properties.rules.items,data:data9}];
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
if(!pattern3.test(data10)){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/package",schemaPath:"#/properties/rules/items/properties/package/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema29.properties.rules.items.properties.package,data:data10}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/package",schemaPath:"#/properties/rules/items/properties/package/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.rules.items.properties.package.type,parentSchema:schema29.properties.rules.items.properties.package,data:data10}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/mode",schemaPath:"#/properties/rules/items/properties/mode/const",keyword:"const",params:{allowedValue: "public-key"},message:"must be equal to constant",schema:"public-key",parentSchema:schema29.properties.rules.items.properties.mode,data:data11}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema29.properties.rules.items.properties.keys,data:data12}];
return false;
}
else {
if(data12.length < 1){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema29.properties.rules.items.properties.keys,data:data12}];
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
if(!pattern19.test(data13)){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys/" + i2,schemaPath:"#/properties/rules/items/properties/keys/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,64}$"},message:"must match pattern \""+"^[a-z0-9-]{1,64}$"+"\"",schema:"^[a-z0-9-]{1,64}$",parentSchema:schema29.properties.rules.items.properties.keys.items,data:data13}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys/" + i2,schemaPath:"#/properties/rules/items/properties/keys/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.rules.items.properties.keys.items.type,parentSchema:schema29.properties.rules.items.properties.keys.items,data:data13}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i3+" are identical)",schema:true,parentSchema:schema29.properties.rules.items.properties.keys,data:data12}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/keys",schemaPath:"#/properties/rules/items/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema29.properties.rules.items.properties.keys.type,parentSchema:schema29.properties.rules.items.properties.keys,data:data12}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema29.properties.rules.items.properties.builder,data:data14}];
return false;
}
else {
if(data14.length < 1){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema29.properties.rules.items.properties.builder,data:data14}];
return false;
}
}
}
else {
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/builder",schemaPath:"#/properties/rules/items/properties/builder/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.rules.items.properties.builder.type,parentSchema:schema29.properties.rules.items.properties.builder,data:data14}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema29.properties.rules.items.properties.source,data:data15}];
return false;
}
else {
if(data15.length < 1){
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema29.properties.rules.items.properties.source,data:data15}];
return false;
}
}
}
else {
validate66.errors = [{instancePath:instancePath+"/rules/" + i1+"/source",schemaPath:"#/properties/rules/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.rules.items.properties.source.type,parentSchema:schema29.properties.rules.items.properties.source,data:data15}];
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
validate66.errors = [{instancePath:instancePath+"/rules/" + i1,schemaPath:"#/properties/rules/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema29.properties.rules.items.type,parentSchema:schema29.properties.rules.items,data:data9}];
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
validate66.errors = [{instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema29.properties.rules.type,parentSchema:schema29.properties.rules,data:data8}];
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
validate66.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema29.type,parentSchema:schema29,data}];
return false;
}
}
validate66.errors = vErrors;
return errors === 0;
}
validate66.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema30 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-manifest.schema.json","title":"tier-manifest","description":"The signed contents of one tier in one release.","type":"object","required":["schemaVersion","kind","tier","title","release","issued","maxNodes","support","evidence","runtime","plugins"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-manifest"},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"title":{"type":"string","minLength":1,"maxLength":100},"release":{"type":"integer","minimum":1,"maximum":9007199254740991},"issued":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$","description":"ISO 8601, UTC."},"maxNodes":{"type":"integer","minimum":0},"support":{"type":"string","minLength":1,"maxLength":500},"evidence":{"type":"object","required":["bundle","provenance","license"],"properties":{"bundle":{"const":true,"description":"A signature bundle is always demanded."},"provenance":{"type":"boolean"},"license":{"type":"boolean"}},"additionalProperties":false},"runtime":{"type":"object","required":["name","version","tarball","files","bundle","entry","interfaceRange","node"],"properties":{"name":{"$ref":"#/$defs/name"},"version":{"$ref":"#/$defs/version"},"tarball":{"$ref":"#/$defs/blob"},"files":{"type":"array","minItems":1,"maxItems":4096,"items":{"type":"object","required":["path","size","sha512"],"properties":{"path":{"$ref":"#/$defs/path"},"size":{"type":"integer","minimum":0,"maximum":134217728},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false}},"bundle":{"$ref":"#/$defs/blob"},"entry":{"$ref":"#/$defs/path"},"interfaceRange":{"type":"string","minLength":1,"maxLength":100,"pattern":"^[0-9A-Za-z .^~<>=|*-]+$","description":"Semver range."},"node":{"type":"string","minLength":1,"maxLength":100,"pattern":"^[0-9A-Za-z .^~<>=|*-]+$","description":"Semver range."}},"additionalProperties":false},"plugins":{"type":"array","maxItems":64,"items":{"type":"object","required":["name","version","tarball","files","bundle","mechanism","interfaceVersion","profile","config"],"properties":{"name":{"$ref":"#/$defs/name"},"version":{"$ref":"#/$defs/version"},"tarball":{"$ref":"#/$defs/blob"},"files":{"type":"array","minItems":1,"maxItems":4096,"items":{"type":"object","required":["path","size","sha512"],"properties":{"path":{"$ref":"#/$defs/path"},"size":{"type":"integer","minimum":0,"maximum":134217728},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false}},"bundle":{"$ref":"#/$defs/blob"},"mechanism":{"type":"object","required":["id","title","guarantee","weight","firstTier"],"properties":{"id":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"title":{"type":"string","minLength":1,"maxLength":100},"guarantee":{"enum":["total-order","register","causal","convergent","approximate"]},"weight":{"enum":["lightweight","light","moderate","heavy","very-heavy"]},"firstTier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}},"additionalProperties":false},"interfaceVersion":{"$ref":"#/$defs/version"},"profile":{"type":"object","required":["cpuCores","memoryBytes","diskBytes","networkMbps","latencyMs","minNodes","maxNodes"],"properties":{"cpuCores":{"type":"number","exclusiveMinimum":0,"maximum":1024,"description":"Cores."},"memoryBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"diskBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"networkMbps":{"type":"number","exclusiveMinimum":0,"description":"Mbit/s."},"latencyMs":{"type":"number","exclusiveMinimum":0,"description":"Largest round trip between peers, milliseconds."},"minNodes":{"type":"integer","minimum":1},"maxNodes":{"type":"integer","minimum":0,"description":"0: no limit of its own."}},"additionalProperties":false},"config":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}},"additionalProperties":false}}},"additionalProperties":false,"$defs":{"sha512":{"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."},"blob":{"type":"object","required":["size","sha512"],"properties":{"size":{"type":"integer","minimum":1,"maximum":134217728,"description":"Bytes."},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false},"name":{"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."},"version":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."},"path":{"type":"string","maxLength":512,"pattern":"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$","description":"Relative, with /, without . and .. as parts."}}};
const pattern28 = new RegExp("^[0-9A-Za-z .^~<>=|*-]+$", "u");
const schema31 = {"type":"string","pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$","description":"Scoped npm name in lower case."};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate68.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern3.test(data)){
validate68.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema31,data}];
return false;
}
}
else {
validate68.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data}];
return false;
}
}
validate68.errors = vErrors;
return errors === 0;
}
validate68.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema32 = {"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."};

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
if(data.length > 64){
validate70.errors = [{instancePath,schemaPath:"#/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema32,data}];
return false;
}
else {
if(!pattern9.test(data)){
validate70.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema32,data}];
return false;
}
}
}
else {
validate70.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.type,parentSchema:schema32,data}];
return false;
}
}
validate70.errors = vErrors;
return errors === 0;
}
validate70.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema33 = {"type":"object","required":["size","sha512"],"properties":{"size":{"type":"integer","minimum":1,"maximum":134217728,"description":"Bytes."},"sha512":{"$ref":"#/$defs/sha512"}},"additionalProperties":false};
const schema34 = {"type":"string","pattern":"^[0-9a-f]{128}$","description":"SHA-512, 128 lower-case hex digits."};

function validate73(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate73.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern7.test(data)){
validate73.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},message:"must match pattern \""+"^[0-9a-f]{128}$"+"\"",schema:"^[0-9a-f]{128}$",parentSchema:schema34,data}];
return false;
}
}
else {
validate73.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.type,parentSchema:schema34,data}];
return false;
}
}
validate73.errors = vErrors;
return errors === 0;
}
validate73.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate72(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate72.evaluated;
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
validate72.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema33.required,parentSchema:schema33,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "size") || (key0 === "sha512"))){
validate72.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.size !== undefined){
let data0 = data.size;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate72.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema33.properties.size.type,parentSchema:schema33.properties.size,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 134217728 || isNaN(data0)){
validate72.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema33.properties.size,data:data0}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate72.errors = [{instancePath:instancePath+"/size",schemaPath:"#/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema33.properties.size,data:data0}];
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
if(!(validate73(data.sha512, {instancePath:instancePath+"/sha512",parentData:data,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate73.errors : vErrors.concat(validate73.errors);
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
validate72.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data}];
return false;
}
}
validate72.errors = vErrors;
return errors === 0;
}
validate72.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema35 = {"type":"string","maxLength":512,"pattern":"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$","description":"Relative, with /, without . and .. as parts."};
const pattern27 = new RegExp("^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$", "u");

function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate76.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate76.errors = [{instancePath,schemaPath:"#/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters",schema:512,parentSchema:schema35,data}];
return false;
}
else {
if(!pattern27.test(data)){
validate76.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$"},message:"must match pattern \""+"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$"+"\"",schema:"^(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.@+-]+)*$",parentSchema:schema35,data}];
return false;
}
}
}
else {
validate76.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.type,parentSchema:schema35,data}];
return false;
}
}
validate76.errors = vErrors;
return errors === 0;
}
validate76.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-manifest.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.title === undefined) && (missing0 = "title"))) || ((data.release === undefined) && (missing0 = "release"))) || ((data.issued === undefined) && (missing0 = "issued"))) || ((data.maxNodes === undefined) && (missing0 = "maxNodes"))) || ((data.support === undefined) && (missing0 = "support"))) || ((data.evidence === undefined) && (missing0 = "evidence"))) || ((data.runtime === undefined) && (missing0 = "runtime"))) || ((data.plugins === undefined) && (missing0 = "plugins"))){
validate67.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema30.required,parentSchema:schema30,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema30.properties, key0))){
validate67.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema30,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate67.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema30.properties.schemaVersion,data:data0}];
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
validate67.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-manifest"},message:"must be equal to constant",schema:"tier-manifest",parentSchema:schema30.properties.kind,data:data1}];
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
validate67.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/enum",keyword:"enum",params:{allowedValues: schema30.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema30.properties.tier.enum,parentSchema:schema30.properties.tier,data:data2}];
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
validate67.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema30.properties.title,data:data3}];
return false;
}
else {
if(data3.length < 1){
validate67.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema30.properties.title,data:data3}];
return false;
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/title",schemaPath:"#/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.title.type,parentSchema:schema30.properties.title,data:data3}];
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
validate67.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.release.type,parentSchema:schema30.properties.release,data:data4}];
return false;
}
if(errors === _errs7){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9007199254740991 || isNaN(data4)){
validate67.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema30.properties.release,data:data4}];
return false;
}
else {
if(data4 < 1 || isNaN(data4)){
validate67.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30.properties.release,data:data4}];
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
if(!pattern6.test(data5)){
validate67.errors = [{instancePath:instancePath+"/issued",schemaPath:"#/properties/issued/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",parentSchema:schema30.properties.issued,data:data5}];
return false;
}
}
else {
validate67.errors = [{instancePath:instancePath+"/issued",schemaPath:"#/properties/issued/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.issued.type,parentSchema:schema30.properties.issued,data:data5}];
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
validate67.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.maxNodes.type,parentSchema:schema30.properties.maxNodes,data:data6}];
return false;
}
if(errors === _errs11){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 0 || isNaN(data6)){
validate67.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema30.properties.maxNodes,data:data6}];
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
validate67.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema30.properties.support,data:data7}];
return false;
}
else {
if(data7.length < 1){
validate67.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema30.properties.support,data:data7}];
return false;
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.support.type,parentSchema:schema30.properties.support,data:data7}];
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
validate67.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema30.properties.evidence.required,parentSchema:schema30.properties.evidence,data:data8}];
return false;
}
else {
const _errs17 = errors;
for(const key1 in data8){
if(!(((key1 === "bundle") || (key1 === "provenance")) || (key1 === "license"))){
validate67.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.evidence,data:data8}];
return false;
break;
}
}
if(_errs17 === errors){
if(data8.bundle !== undefined){
let data9 = data8.bundle;
const _errs18 = errors;
if(true !== data9){
validate67.errors = [{instancePath:instancePath+"/evidence/bundle",schemaPath:"#/properties/evidence/properties/bundle/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema30.properties.evidence.properties.bundle,data:data9}];
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
validate67.errors = [{instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema30.properties.evidence.properties.provenance.type,parentSchema:schema30.properties.evidence.properties.provenance,data:data10}];
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
validate67.errors = [{instancePath:instancePath+"/evidence/license",schemaPath:"#/properties/evidence/properties/license/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema30.properties.evidence.properties.license.type,parentSchema:schema30.properties.evidence.properties.license,data:data11}];
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
validate67.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.evidence.type,parentSchema:schema30.properties.evidence,data:data8}];
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
validate67.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema30.properties.runtime.required,parentSchema:schema30.properties.runtime,data:data12}];
return false;
}
else {
const _errs25 = errors;
for(const key2 in data12){
if(!((((((((key2 === "name") || (key2 === "version")) || (key2 === "tarball")) || (key2 === "files")) || (key2 === "bundle")) || (key2 === "entry")) || (key2 === "interfaceRange")) || (key2 === "node"))){
validate67.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.runtime,data:data12}];
return false;
break;
}
}
if(_errs25 === errors){
if(data12.name !== undefined){
const _errs26 = errors;
if(!(validate68(data12.name, {instancePath:instancePath+"/runtime/name",parentData:data12,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
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
if(!(validate70(data12.version, {instancePath:instancePath+"/runtime/version",parentData:data12,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
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
if(!(validate72(data12.tarball, {instancePath:instancePath+"/runtime/tarball",parentData:data12,parentDataProperty:"tarball",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
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
validate67.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema30.properties.runtime.properties.files,data:data16}];
return false;
}
else {
if(data16.length < 1){
validate67.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema30.properties.runtime.properties.files,data:data16}];
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
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema30.properties.runtime.properties.files.items.required,parentSchema:schema30.properties.runtime.properties.files.items,data:data17}];
return false;
}
else {
const _errs33 = errors;
for(const key3 in data17){
if(!(((key3 === "path") || (key3 === "size")) || (key3 === "sha512"))){
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.runtime.properties.files.items,data:data17}];
return false;
break;
}
}
if(_errs33 === errors){
if(data17.path !== undefined){
const _errs34 = errors;
if(!(validate76(data17.path, {instancePath:instancePath+"/runtime/files/" + i0+"/path",parentData:data17,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
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
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.runtime.properties.files.items.properties.size.type,parentSchema:schema30.properties.runtime.properties.files.items.properties.size,data:data19}];
return false;
}
if(errors === _errs35){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 134217728 || isNaN(data19)){
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema30.properties.runtime.properties.files.items.properties.size,data:data19}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0+"/size",schemaPath:"#/properties/runtime/properties/files/items/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema30.properties.runtime.properties.files.items.properties.size,data:data19}];
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
if(!(validate73(data17.sha512, {instancePath:instancePath+"/runtime/files/" + i0+"/sha512",parentData:data17,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate73.errors : vErrors.concat(validate73.errors);
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
validate67.errors = [{instancePath:instancePath+"/runtime/files/" + i0,schemaPath:"#/properties/runtime/properties/files/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.runtime.properties.files.items.type,parentSchema:schema30.properties.runtime.properties.files.items,data:data17}];
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
validate67.errors = [{instancePath:instancePath+"/runtime/files",schemaPath:"#/properties/runtime/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.properties.runtime.properties.files.type,parentSchema:schema30.properties.runtime.properties.files,data:data16}];
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
if(!(validate72(data12.bundle, {instancePath:instancePath+"/runtime/bundle",parentData:data12,parentDataProperty:"bundle",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
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
if(!(validate76(data12.entry, {instancePath:instancePath+"/runtime/entry",parentData:data12,parentDataProperty:"entry",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
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
validate67.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema30.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
else {
if(data23.length < 1){
validate67.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema30.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
else {
if(!pattern28.test(data23)){
validate67.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z .^~<>=|*-]+$"},message:"must match pattern \""+"^[0-9A-Za-z .^~<>=|*-]+$"+"\"",schema:"^[0-9A-Za-z .^~<>=|*-]+$",parentSchema:schema30.properties.runtime.properties.interfaceRange,data:data23}];
return false;
}
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/runtime/interfaceRange",schemaPath:"#/properties/runtime/properties/interfaceRange/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.runtime.properties.interfaceRange.type,parentSchema:schema30.properties.runtime.properties.interfaceRange,data:data23}];
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
validate67.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema30.properties.runtime.properties.node,data:data24}];
return false;
}
else {
if(data24.length < 1){
validate67.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema30.properties.runtime.properties.node,data:data24}];
return false;
}
else {
if(!pattern28.test(data24)){
validate67.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z .^~<>=|*-]+$"},message:"must match pattern \""+"^[0-9A-Za-z .^~<>=|*-]+$"+"\"",schema:"^[0-9A-Za-z .^~<>=|*-]+$",parentSchema:schema30.properties.runtime.properties.node,data:data24}];
return false;
}
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/runtime/node",schemaPath:"#/properties/runtime/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.runtime.properties.node.type,parentSchema:schema30.properties.runtime.properties.node,data:data24}];
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
validate67.errors = [{instancePath:instancePath+"/runtime",schemaPath:"#/properties/runtime/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.runtime.type,parentSchema:schema30.properties.runtime,data:data12}];
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
validate67.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema30.properties.plugins,data:data25}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema30.properties.plugins.items.required,parentSchema:schema30.properties.plugins.items,data:data26}];
return false;
}
else {
const _errs48 = errors;
for(const key4 in data26){
if(!(func1.call(schema30.properties.plugins.items.properties, key4))){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.plugins.items,data:data26}];
return false;
break;
}
}
if(_errs48 === errors){
if(data26.name !== undefined){
const _errs49 = errors;
if(!(validate68(data26.name, {instancePath:instancePath+"/plugins/" + i1+"/name",parentData:data26,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
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
if(!(validate70(data26.version, {instancePath:instancePath+"/plugins/" + i1+"/version",parentData:data26,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
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
if(!(validate72(data26.tarball, {instancePath:instancePath+"/plugins/" + i1+"/tarball",parentData:data26,parentDataProperty:"tarball",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema30.properties.plugins.items.properties.files,data:data30}];
return false;
}
else {
if(data30.length < 1){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema30.properties.plugins.items.properties.files,data:data30}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema30.properties.plugins.items.properties.files.items.required,parentSchema:schema30.properties.plugins.items.properties.files.items,data:data31}];
return false;
}
else {
const _errs56 = errors;
for(const key5 in data31){
if(!(((key5 === "path") || (key5 === "size")) || (key5 === "sha512"))){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.plugins.items.properties.files.items,data:data31}];
return false;
break;
}
}
if(_errs56 === errors){
if(data31.path !== undefined){
const _errs57 = errors;
if(!(validate76(data31.path, {instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/path",parentData:data31,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.plugins.items.properties.files.items.properties.size.type,parentSchema:schema30.properties.plugins.items.properties.files.items.properties.size,data:data33}];
return false;
}
if(errors === _errs58){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 134217728 || isNaN(data33)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 134217728},message:"must be <= 134217728",schema:134217728,parentSchema:schema30.properties.plugins.items.properties.files.items.properties.size,data:data33}];
return false;
}
else {
if(data33 < 0 || isNaN(data33)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/size",schemaPath:"#/properties/plugins/items/properties/files/items/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema30.properties.plugins.items.properties.files.items.properties.size,data:data33}];
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
if(!(validate73(data31.sha512, {instancePath:instancePath+"/plugins/" + i1+"/files/" + i2+"/sha512",parentData:data31,parentDataProperty:"sha512",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate73.errors : vErrors.concat(validate73.errors);
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files/" + i2,schemaPath:"#/properties/plugins/items/properties/files/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.plugins.items.properties.files.items.type,parentSchema:schema30.properties.plugins.items.properties.files.items,data:data31}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/files",schemaPath:"#/properties/plugins/items/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.properties.plugins.items.properties.files.type,parentSchema:schema30.properties.plugins.items.properties.files,data:data30}];
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
if(!(validate72(data26.bundle, {instancePath:instancePath+"/plugins/" + i1+"/bundle",parentData:data26,parentDataProperty:"bundle",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'",schema:schema30.properties.plugins.items.properties.mechanism.required,parentSchema:schema30.properties.plugins.items.properties.mechanism,data:data36}];
return false;
}
else {
const _errs64 = errors;
for(const key6 in data36){
if(!(((((key6 === "id") || (key6 === "title")) || (key6 === "guarantee")) || (key6 === "weight")) || (key6 === "firstTier"))){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.plugins.items.properties.mechanism,data:data36}];
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
if(!pattern4.test(data37)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/id",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.id,data:data37}];
return false;
}
}
else {
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/id",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.plugins.items.properties.mechanism.properties.id.type,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.id,data:data37}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
return false;
}
else {
if(data38.length < 1){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
return false;
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/title",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.plugins.items.properties.mechanism.properties.title.type,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.title,data:data38}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/guarantee",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/guarantee/enum",keyword:"enum",params:{allowedValues: schema30.properties.plugins.items.properties.mechanism.properties.guarantee.enum},message:"must be equal to one of the allowed values",schema:schema30.properties.plugins.items.properties.mechanism.properties.guarantee.enum,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.guarantee,data:data39}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/weight",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/weight/enum",keyword:"enum",params:{allowedValues: schema30.properties.plugins.items.properties.mechanism.properties.weight.enum},message:"must be equal to one of the allowed values",schema:schema30.properties.plugins.items.properties.mechanism.properties.weight.enum,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.weight,data:data40}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism/firstTier",schemaPath:"#/properties/plugins/items/properties/mechanism/properties/firstTier/enum",keyword:"enum",params:{allowedValues: schema30.properties.plugins.items.properties.mechanism.properties.firstTier.enum},message:"must be equal to one of the allowed values",schema:schema30.properties.plugins.items.properties.mechanism.properties.firstTier.enum,parentSchema:schema30.properties.plugins.items.properties.mechanism.properties.firstTier,data:data41}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/mechanism",schemaPath:"#/properties/plugins/items/properties/mechanism/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.plugins.items.properties.mechanism.type,parentSchema:schema30.properties.plugins.items.properties.mechanism,data:data36}];
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
if(!(validate70(data26.interfaceVersion, {instancePath:instancePath+"/plugins/" + i1+"/interfaceVersion",parentData:data26,parentDataProperty:"interfaceVersion",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors);
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'",schema:schema30.properties.plugins.items.properties.profile.required,parentSchema:schema30.properties.plugins.items.properties.profile,data:data43}];
return false;
}
else {
const _errs75 = errors;
for(const key7 in data43){
if(!(((((((key7 === "cpuCores") || (key7 === "memoryBytes")) || (key7 === "diskBytes")) || (key7 === "networkMbps")) || (key7 === "latencyMs")) || (key7 === "minNodes")) || (key7 === "maxNodes"))){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema30.properties.plugins.items.properties.profile,data:data43}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024",schema:1024,parentSchema:schema30.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
return false;
}
else {
if(data44 <= 0 || isNaN(data44)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema30.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
return false;
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/cpuCores",schemaPath:"#/properties/plugins/items/properties/profile/properties/cpuCores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema30.properties.plugins.items.properties.profile.properties.cpuCores.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.cpuCores,data:data44}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/memoryBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/memoryBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.plugins.items.properties.profile.properties.memoryBytes.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.memoryBytes,data:data45}];
return false;
}
if(errors === _errs78){
if((typeof data45 == "number") && (isFinite(data45))){
if(data45 < 1048576 || isNaN(data45)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/memoryBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/memoryBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema30.properties.plugins.items.properties.profile.properties.memoryBytes,data:data45}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/diskBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/diskBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.plugins.items.properties.profile.properties.diskBytes.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.diskBytes,data:data46}];
return false;
}
if(errors === _errs80){
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 < 1048576 || isNaN(data46)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/diskBytes",schemaPath:"#/properties/plugins/items/properties/profile/properties/diskBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema30.properties.plugins.items.properties.profile.properties.diskBytes,data:data46}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/networkMbps",schemaPath:"#/properties/plugins/items/properties/profile/properties/networkMbps/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema30.properties.plugins.items.properties.profile.properties.networkMbps,data:data47}];
return false;
}
}
else {
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/networkMbps",schemaPath:"#/properties/plugins/items/properties/profile/properties/networkMbps/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema30.properties.plugins.items.properties.profile.properties.networkMbps.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.networkMbps,data:data47}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/latencyMs",schemaPath:"#/properties/plugins/items/properties/profile/properties/latencyMs/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema30.properties.plugins.items.properties.profile.properties.latencyMs,data:data48}];
return false;
}
}
else {
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/latencyMs",schemaPath:"#/properties/plugins/items/properties/profile/properties/latencyMs/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema30.properties.plugins.items.properties.profile.properties.latencyMs.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.latencyMs,data:data48}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/minNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/minNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.plugins.items.properties.profile.properties.minNodes.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.minNodes,data:data49}];
return false;
}
if(errors === _errs86){
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 < 1 || isNaN(data49)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/minNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/minNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30.properties.plugins.items.properties.profile.properties.minNodes,data:data49}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/maxNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.plugins.items.properties.profile.properties.maxNodes.type,parentSchema:schema30.properties.plugins.items.properties.profile.properties.maxNodes,data:data50}];
return false;
}
if(errors === _errs88){
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 < 0 || isNaN(data50)){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile/maxNodes",schemaPath:"#/properties/plugins/items/properties/profile/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema30.properties.plugins.items.properties.profile.properties.maxNodes,data:data50}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/profile",schemaPath:"#/properties/plugins/items/properties/profile/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.plugins.items.properties.profile.type,parentSchema:schema30.properties.plugins.items.properties.profile,data:data43}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema30.properties.plugins.items.properties.config,data:data51}];
return false;
}
else {
for(const key8 in data51){
const _errs92 = errors;
if(typeof key8 === "string"){
if(!pattern12.test(key8)){
const err0 = {instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][A-Za-z0-9]{0,63}$"},message:"must match pattern \""+"^[a-z][A-Za-z0-9]{0,63}$"+"\"",schema:"^[a-z][A-Za-z0-9]{0,63}$",parentSchema:schema30.properties.plugins.items.properties.config.propertyNames,data:key8,propertyName:key8};
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
const err1 = {instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/propertyNames",keyword:"propertyNames",params:{propertyName: key8},message:"property name must be valid",schema:schema30.properties.plugins.items.properties.config.propertyNames,parentSchema:schema30.properties.plugins.items.properties.config,data:data51};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate67.errors = vErrors;
return false;
break;
}
}
if(valid11){
for(const key9 in data51){
let data52 = data51[key9];
const _errs94 = errors;
if(((typeof data52 !== "string") && (!((typeof data52 == "number") && (isFinite(data52))))) && (typeof data52 !== "boolean")){
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plugins/items/properties/config/additionalProperties/type",keyword:"type",params:{type: schema30.properties.plugins.items.properties.config.additionalProperties.type},message:"must be string,number,boolean",schema:schema30.properties.plugins.items.properties.config.additionalProperties.type,parentSchema:schema30.properties.plugins.items.properties.config.additionalProperties,data:data52}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1+"/config",schemaPath:"#/properties/plugins/items/properties/config/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.plugins.items.properties.config.type,parentSchema:schema30.properties.plugins.items.properties.config,data:data51}];
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
validate67.errors = [{instancePath:instancePath+"/plugins/" + i1,schemaPath:"#/properties/plugins/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.plugins.items.type,parentSchema:schema30.properties.plugins.items,data:data26}];
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
validate67.errors = [{instancePath:instancePath+"/plugins",schemaPath:"#/properties/plugins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.properties.plugins.type,parentSchema:schema30.properties.plugins,data:data25}];
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
validate67.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.type,parentSchema:schema30,data}];
return false;
}
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema36 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-mapping.schema.json","title":"tier-mapping","description":"The seven tiers in order, and the fourteen mechanisms with the tier where each one starts.","type":"object","required":["schemaVersion","kind","tiers","mechanisms"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-mapping"},"tiers":{"type":"array","minItems":7,"maxItems":7,"items":{"type":"object","required":["id","name"],"properties":{"id":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"name":{"type":"string","minLength":1,"maxLength":40}},"additionalProperties":false}},"mechanisms":{"type":"array","minItems":14,"maxItems":14,"items":{"type":"object","required":["number","id","title","guarantee","weight","firstTier"],"properties":{"number":{"type":"integer","minimum":1,"maximum":14},"id":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"title":{"type":"string","minLength":1,"maxLength":100},"guarantee":{"enum":["total-order","register","causal","convergent","approximate"]},"weight":{"enum":["lightweight","light","moderate","heavy","very-heavy"]},"firstTier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}},"additionalProperties":false}}},"additionalProperties":false};

function validate88(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-mapping.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate88.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.tiers === undefined) && (missing0 = "tiers"))) || ((data.mechanisms === undefined) && (missing0 = "mechanisms"))){
validate88.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema36.required,parentSchema:schema36,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "tiers")) || (key0 === "mechanisms"))){
validate88.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema36,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate88.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema36.properties.schemaVersion,data:data0}];
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
if("tier-mapping" !== data1){
validate88.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-mapping"},message:"must be equal to constant",schema:"tier-mapping",parentSchema:schema36.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tiers !== undefined){
let data2 = data.tiers;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data2)){
if(data2.length > 7){
validate88.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/maxItems",keyword:"maxItems",params:{limit: 7},message:"must NOT have more than 7 items",schema:7,parentSchema:schema36.properties.tiers,data:data2}];
return false;
}
else {
if(data2.length < 7){
validate88.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/minItems",keyword:"minItems",params:{limit: 7},message:"must NOT have fewer than 7 items",schema:7,parentSchema:schema36.properties.tiers,data:data2}];
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
if(((data3.id === undefined) && (missing1 = "id")) || ((data3.name === undefined) && (missing1 = "name"))){
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0,schemaPath:"#/properties/tiers/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema36.properties.tiers.items.required,parentSchema:schema36.properties.tiers.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!((key1 === "id") || (key1 === "name"))){
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0,schemaPath:"#/properties/tiers/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema36.properties.tiers.items,data:data3}];
return false;
break;
}
}
if(_errs8 === errors){
if(data3.id !== undefined){
let data4 = data3.id;
const _errs9 = errors;
if(!(((((((data4 === "core") || (data4 === "basic")) || (data4 === "pro")) || (data4 === "advanced")) || (data4 === "qm-venture")) || (data4 === "qm-campaign")) || (data4 === "qm-imperium"))){
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0+"/id",schemaPath:"#/properties/tiers/items/properties/id/enum",keyword:"enum",params:{allowedValues: schema36.properties.tiers.items.properties.id.enum},message:"must be equal to one of the allowed values",schema:schema36.properties.tiers.items.properties.id.enum,parentSchema:schema36.properties.tiers.items.properties.id,data:data4}];
return false;
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.name !== undefined){
let data5 = data3.name;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data5 === "string"){
if(data5.length > 40){
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0+"/name",schemaPath:"#/properties/tiers/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema36.properties.tiers.items.properties.name,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0+"/name",schemaPath:"#/properties/tiers/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema36.properties.tiers.items.properties.name,data:data5}];
return false;
}
}
}
else {
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0+"/name",schemaPath:"#/properties/tiers/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.tiers.items.properties.name.type,parentSchema:schema36.properties.tiers.items.properties.name,data:data5}];
return false;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate88.errors = [{instancePath:instancePath+"/tiers/" + i0,schemaPath:"#/properties/tiers/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.properties.tiers.items.type,parentSchema:schema36.properties.tiers.items,data:data3}];
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
}
else {
validate88.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema36.properties.tiers.type,parentSchema:schema36.properties.tiers,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mechanisms !== undefined){
let data6 = data.mechanisms;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data6)){
if(data6.length > 14){
validate88.errors = [{instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/maxItems",keyword:"maxItems",params:{limit: 14},message:"must NOT have more than 14 items",schema:14,parentSchema:schema36.properties.mechanisms,data:data6}];
return false;
}
else {
if(data6.length < 14){
validate88.errors = [{instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/minItems",keyword:"minItems",params:{limit: 14},message:"must NOT have fewer than 14 items",schema:14,parentSchema:schema36.properties.mechanisms,data:data6}];
return false;
}
else {
var valid3 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs14 = errors;
if(errors === _errs14){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if(((((((data7.number === undefined) && (missing2 = "number")) || ((data7.id === undefined) && (missing2 = "id"))) || ((data7.title === undefined) && (missing2 = "title"))) || ((data7.guarantee === undefined) && (missing2 = "guarantee"))) || ((data7.weight === undefined) && (missing2 = "weight"))) || ((data7.firstTier === undefined) && (missing2 = "firstTier"))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1,schemaPath:"#/properties/mechanisms/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema36.properties.mechanisms.items.required,parentSchema:schema36.properties.mechanisms.items,data:data7}];
return false;
}
else {
const _errs16 = errors;
for(const key2 in data7){
if(!((((((key2 === "number") || (key2 === "id")) || (key2 === "title")) || (key2 === "guarantee")) || (key2 === "weight")) || (key2 === "firstTier"))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1,schemaPath:"#/properties/mechanisms/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema36.properties.mechanisms.items,data:data7}];
return false;
break;
}
}
if(_errs16 === errors){
if(data7.number !== undefined){
let data8 = data7.number;
const _errs17 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/number",schemaPath:"#/properties/mechanisms/items/properties/number/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema36.properties.mechanisms.items.properties.number.type,parentSchema:schema36.properties.mechanisms.items.properties.number,data:data8}];
return false;
}
if(errors === _errs17){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 14 || isNaN(data8)){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/number",schemaPath:"#/properties/mechanisms/items/properties/number/maximum",keyword:"maximum",params:{comparison: "<=", limit: 14},message:"must be <= 14",schema:14,parentSchema:schema36.properties.mechanisms.items.properties.number,data:data8}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/number",schemaPath:"#/properties/mechanisms/items/properties/number/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema36.properties.mechanisms.items.properties.number,data:data8}];
return false;
}
}
}
}
var valid4 = _errs17 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.id !== undefined){
let data9 = data7.id;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data9 === "string"){
if(!pattern4.test(data9)){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/id",schemaPath:"#/properties/mechanisms/items/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema36.properties.mechanisms.items.properties.id,data:data9}];
return false;
}
}
else {
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/id",schemaPath:"#/properties/mechanisms/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.mechanisms.items.properties.id.type,parentSchema:schema36.properties.mechanisms.items.properties.id,data:data9}];
return false;
}
}
var valid4 = _errs19 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.title !== undefined){
let data10 = data7.title;
const _errs21 = errors;
if(errors === _errs21){
if(typeof data10 === "string"){
if(data10.length > 100){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/title",schemaPath:"#/properties/mechanisms/items/properties/title/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema36.properties.mechanisms.items.properties.title,data:data10}];
return false;
}
else {
if(data10.length < 1){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/title",schemaPath:"#/properties/mechanisms/items/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema36.properties.mechanisms.items.properties.title,data:data10}];
return false;
}
}
}
else {
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/title",schemaPath:"#/properties/mechanisms/items/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.mechanisms.items.properties.title.type,parentSchema:schema36.properties.mechanisms.items.properties.title,data:data10}];
return false;
}
}
var valid4 = _errs21 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.guarantee !== undefined){
let data11 = data7.guarantee;
const _errs23 = errors;
if(!(((((data11 === "total-order") || (data11 === "register")) || (data11 === "causal")) || (data11 === "convergent")) || (data11 === "approximate"))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/guarantee",schemaPath:"#/properties/mechanisms/items/properties/guarantee/enum",keyword:"enum",params:{allowedValues: schema36.properties.mechanisms.items.properties.guarantee.enum},message:"must be equal to one of the allowed values",schema:schema36.properties.mechanisms.items.properties.guarantee.enum,parentSchema:schema36.properties.mechanisms.items.properties.guarantee,data:data11}];
return false;
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.weight !== undefined){
let data12 = data7.weight;
const _errs24 = errors;
if(!(((((data12 === "lightweight") || (data12 === "light")) || (data12 === "moderate")) || (data12 === "heavy")) || (data12 === "very-heavy"))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/weight",schemaPath:"#/properties/mechanisms/items/properties/weight/enum",keyword:"enum",params:{allowedValues: schema36.properties.mechanisms.items.properties.weight.enum},message:"must be equal to one of the allowed values",schema:schema36.properties.mechanisms.items.properties.weight.enum,parentSchema:schema36.properties.mechanisms.items.properties.weight,data:data12}];
return false;
}
var valid4 = _errs24 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.firstTier !== undefined){
let data13 = data7.firstTier;
const _errs25 = errors;
if(!(((((((data13 === "core") || (data13 === "basic")) || (data13 === "pro")) || (data13 === "advanced")) || (data13 === "qm-venture")) || (data13 === "qm-campaign")) || (data13 === "qm-imperium"))){
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1+"/firstTier",schemaPath:"#/properties/mechanisms/items/properties/firstTier/enum",keyword:"enum",params:{allowedValues: schema36.properties.mechanisms.items.properties.firstTier.enum},message:"must be equal to one of the allowed values",schema:schema36.properties.mechanisms.items.properties.firstTier.enum,parentSchema:schema36.properties.mechanisms.items.properties.firstTier,data:data13}];
return false;
}
var valid4 = _errs25 === errors;
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
}
else {
validate88.errors = [{instancePath:instancePath+"/mechanisms/" + i1,schemaPath:"#/properties/mechanisms/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.properties.mechanisms.items.type,parentSchema:schema36.properties.mechanisms.items,data:data7}];
return false;
}
}
var valid3 = _errs14 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate88.errors = [{instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema36.properties.mechanisms.type,parentSchema:schema36.properties.mechanisms,data:data6}];
return false;
}
}
var valid0 = _errs12 === errors;
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
validate88.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.type,parentSchema:schema36,data}];
return false;
}
}
validate88.errors = vErrors;
return errors === 0;
}
validate88.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema37 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-overrides.schema.json","title":"tier-overrides","description":"Configuration that a tier changes.","type":"object","required":["schemaVersion","kind","tiers"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-overrides"},"tiers":{"type":"object","required":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"properties":{"core":{"$ref":"#/$defs/mechanisms"},"basic":{"$ref":"#/$defs/mechanisms"},"pro":{"$ref":"#/$defs/mechanisms"},"advanced":{"$ref":"#/$defs/mechanisms"},"qm-venture":{"$ref":"#/$defs/mechanisms"},"qm-campaign":{"$ref":"#/$defs/mechanisms"},"qm-imperium":{"$ref":"#/$defs/mechanisms"}},"additionalProperties":false}},"additionalProperties":false,"$defs":{"mechanisms":{"type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}}}};
const schema38 = {"type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}};

function validate90(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate90.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern4.test(key0)){
const err0 = {instancePath,schemaPath:"#/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema38.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
const err1 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema38.propertyNames,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate90.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length > 64){
validate90.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema38.additionalProperties,data:data0}];
return false;
}
else {
for(const key2 in data0){
const _errs5 = errors;
if(typeof key2 === "string"){
if(!pattern12.test(key2)){
const err2 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][A-Za-z0-9]{0,63}$"},message:"must match pattern \""+"^[a-z][A-Za-z0-9]{0,63}$"+"\"",schema:"^[a-z][A-Za-z0-9]{0,63}$",parentSchema:schema38.additionalProperties.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid2 = _errs5 === errors;
if(!valid2){
const err3 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema38.additionalProperties.propertyNames,parentSchema:schema38.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate90.errors = vErrors;
return false;
break;
}
}
if(valid2){
for(const key3 in data0){
let data1 = data0[key3];
const _errs7 = errors;
if(((typeof data1 !== "string") && (!((typeof data1 == "number") && (isFinite(data1))))) && (typeof data1 !== "boolean")){
validate90.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties/type",keyword:"type",params:{type: schema38.additionalProperties.additionalProperties.type},message:"must be string,number,boolean",schema:schema38.additionalProperties.additionalProperties.type,parentSchema:schema38.additionalProperties.additionalProperties,data:data1}];
return false;
}
var valid3 = _errs7 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate90.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.additionalProperties.type,parentSchema:schema38.additionalProperties,data:data0}];
return false;
}
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate90.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.type,parentSchema:schema38,data}];
return false;
}
}
validate90.errors = vErrors;
return errors === 0;
}
validate90.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate89(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-overrides.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate89.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.tiers === undefined) && (missing0 = "tiers"))){
validate89.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema37.required,parentSchema:schema37,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "tiers"))){
validate89.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema37,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate89.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema37.properties.schemaVersion,data:data0}];
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
if("tier-overrides" !== data1){
validate89.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-overrides"},message:"must be equal to constant",schema:"tier-overrides",parentSchema:schema37.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tiers !== undefined){
let data2 = data.tiers;
const _errs4 = errors;
if(errors === _errs4){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((((((data2.core === undefined) && (missing1 = "core")) || ((data2.basic === undefined) && (missing1 = "basic"))) || ((data2.pro === undefined) && (missing1 = "pro"))) || ((data2.advanced === undefined) && (missing1 = "advanced"))) || ((data2["qm-venture"] === undefined) && (missing1 = "qm-venture"))) || ((data2["qm-campaign"] === undefined) && (missing1 = "qm-campaign"))) || ((data2["qm-imperium"] === undefined) && (missing1 = "qm-imperium"))){
validate89.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema37.properties.tiers.required,parentSchema:schema37.properties.tiers,data:data2}];
return false;
}
else {
const _errs6 = errors;
for(const key1 in data2){
if(!(((((((key1 === "core") || (key1 === "basic")) || (key1 === "pro")) || (key1 === "advanced")) || (key1 === "qm-venture")) || (key1 === "qm-campaign")) || (key1 === "qm-imperium"))){
validate89.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema37.properties.tiers,data:data2}];
return false;
break;
}
}
if(_errs6 === errors){
if(data2.core !== undefined){
const _errs7 = errors;
if(!(validate90(data2.core, {instancePath:instancePath+"/tiers/core",parentData:data2,parentDataProperty:"core",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs7 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.basic !== undefined){
const _errs8 = errors;
if(!(validate90(data2.basic, {instancePath:instancePath+"/tiers/basic",parentData:data2,parentDataProperty:"basic",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.pro !== undefined){
const _errs9 = errors;
if(!(validate90(data2.pro, {instancePath:instancePath+"/tiers/pro",parentData:data2,parentDataProperty:"pro",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs9 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.advanced !== undefined){
const _errs10 = errors;
if(!(validate90(data2.advanced, {instancePath:instancePath+"/tiers/advanced",parentData:data2,parentDataProperty:"advanced",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2["qm-venture"] !== undefined){
const _errs11 = errors;
if(!(validate90(data2["qm-venture"], {instancePath:instancePath+"/tiers/qm-venture",parentData:data2,parentDataProperty:"qm-venture",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2["qm-campaign"] !== undefined){
const _errs12 = errors;
if(!(validate90(data2["qm-campaign"], {instancePath:instancePath+"/tiers/qm-campaign",parentData:data2,parentDataProperty:"qm-campaign",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2["qm-imperium"] !== undefined){
const _errs13 = errors;
if(!(validate90(data2["qm-imperium"], {instancePath:instancePath+"/tiers/qm-imperium",parentData:data2,parentDataProperty:"qm-imperium",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
errors = vErrors.length;
}
var valid1 = _errs13 === errors;
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
}
}
else {
validate89.errors = [{instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.properties.tiers.type,parentSchema:schema37.properties.tiers,data:data2}];
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
validate89.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.type,parentSchema:schema37,data}];
return false;
}
}
validate89.errors = vErrors;
return errors === 0;
}
validate89.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema39 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-source.schema.json","title":"tier-source","description":"One tier as the vendor writes it.","type":"object","required":["schemaVersion","kind","id","audience","maxNodes","support","evidence"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-source"},"id":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"audience":{"type":"string","minLength":1,"maxLength":200},"maxNodes":{"type":"integer","minimum":0,"description":"0: unlimited."},"support":{"type":"string","minLength":1,"maxLength":500},"evidence":{"type":"object","required":["bundle","provenance","license"],"properties":{"bundle":{"const":true,"description":"A signature bundle is always demanded."},"provenance":{"type":"boolean"},"license":{"type":"boolean"}},"additionalProperties":false}},"additionalProperties":false};

function validate98(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-source.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate98.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.id === undefined) && (missing0 = "id"))) || ((data.audience === undefined) && (missing0 = "audience"))) || ((data.maxNodes === undefined) && (missing0 = "maxNodes"))) || ((data.support === undefined) && (missing0 = "support"))) || ((data.evidence === undefined) && (missing0 = "evidence"))){
validate98.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema39.required,parentSchema:schema39,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "id")) || (key0 === "audience")) || (key0 === "maxNodes")) || (key0 === "support")) || (key0 === "evidence"))){
validate98.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate98.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema39.properties.schemaVersion,data:data0}];
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
if("tier-source" !== data1){
validate98.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-source"},message:"must be equal to constant",schema:"tier-source",parentSchema:schema39.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
let data2 = data.id;
const _errs4 = errors;
if(!(((((((data2 === "core") || (data2 === "basic")) || (data2 === "pro")) || (data2 === "advanced")) || (data2 === "qm-venture")) || (data2 === "qm-campaign")) || (data2 === "qm-imperium"))){
validate98.errors = [{instancePath:instancePath+"/id",schemaPath:"#/properties/id/enum",keyword:"enum",params:{allowedValues: schema39.properties.id.enum},message:"must be equal to one of the allowed values",schema:schema39.properties.id.enum,parentSchema:schema39.properties.id,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.audience !== undefined){
let data3 = data.audience;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data3 === "string"){
if(data3.length > 200){
validate98.errors = [{instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema39.properties.audience,data:data3}];
return false;
}
else {
if(data3.length < 1){
validate98.errors = [{instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema39.properties.audience,data:data3}];
return false;
}
}
}
else {
validate98.errors = [{instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.audience.type,parentSchema:schema39.properties.audience,data:data3}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.maxNodes !== undefined){
let data4 = data.maxNodes;
const _errs7 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate98.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema39.properties.maxNodes.type,parentSchema:schema39.properties.maxNodes,data:data4}];
return false;
}
if(errors === _errs7){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate98.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39.properties.maxNodes,data:data4}];
return false;
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.support !== undefined){
let data5 = data.support;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(data5.length > 500){
validate98.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema39.properties.support,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate98.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema39.properties.support,data:data5}];
return false;
}
}
}
else {
validate98.errors = [{instancePath:instancePath+"/support",schemaPath:"#/properties/support/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.support.type,parentSchema:schema39.properties.support,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evidence !== undefined){
let data6 = data.evidence;
const _errs11 = errors;
if(errors === _errs11){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((((data6.bundle === undefined) && (missing1 = "bundle")) || ((data6.provenance === undefined) && (missing1 = "provenance"))) || ((data6.license === undefined) && (missing1 = "license"))){
validate98.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema39.properties.evidence.required,parentSchema:schema39.properties.evidence,data:data6}];
return false;
}
else {
const _errs13 = errors;
for(const key1 in data6){
if(!(((key1 === "bundle") || (key1 === "provenance")) || (key1 === "license"))){
validate98.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema39.properties.evidence,data:data6}];
return false;
break;
}
}
if(_errs13 === errors){
if(data6.bundle !== undefined){
let data7 = data6.bundle;
const _errs14 = errors;
if(true !== data7){
validate98.errors = [{instancePath:instancePath+"/evidence/bundle",schemaPath:"#/properties/evidence/properties/bundle/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema39.properties.evidence.properties.bundle,data:data7}];
return false;
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.provenance !== undefined){
let data8 = data6.provenance;
const _errs15 = errors;
if(typeof data8 !== "boolean"){
validate98.errors = [{instancePath:instancePath+"/evidence/provenance",schemaPath:"#/properties/evidence/properties/provenance/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema39.properties.evidence.properties.provenance.type,parentSchema:schema39.properties.evidence.properties.provenance,data:data8}];
return false;
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.license !== undefined){
let data9 = data6.license;
const _errs17 = errors;
if(typeof data9 !== "boolean"){
validate98.errors = [{instancePath:instancePath+"/evidence/license",schemaPath:"#/properties/evidence/properties/license/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema39.properties.evidence.properties.license.type,parentSchema:schema39.properties.evidence.properties.license,data:data9}];
return false;
}
var valid1 = _errs17 === errors;
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
validate98.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.evidence.type,parentSchema:schema39.properties.evidence,data:data6}];
return false;
}
}
var valid0 = _errs11 === errors;
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
else {
validate98.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data}];
return false;
}
}
validate98.errors = vErrors;
return errors === 0;
}
validate98.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema40 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/tier-view.schema.json","title":"tier-view","description":"views/<slug>.json: what a tier sees.","type":"object","required":["schemaVersion","kind","tier","packages"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"tier-view"},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"packages":{"type":"object","maxProperties":1024,"propertyNames":{"pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},"additionalProperties":{"type":"array","maxItems":4096,"uniqueItems":true,"items":{"type":"string","maxLength":64,"pattern":"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$","description":"Semver without build metadata."}}}},"additionalProperties":false};

function validate99(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/tier-view.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate99.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.packages === undefined) && (missing0 = "packages"))){
validate99.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema40.required,parentSchema:schema40,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "tier")) || (key0 === "packages"))){
validate99.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema40,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate99.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema40.properties.schemaVersion,data:data0}];
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
if("tier-view" !== data1){
validate99.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "tier-view"},message:"must be equal to constant",schema:"tier-view",parentSchema:schema40.properties.kind,data:data1}];
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
validate99.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/enum",keyword:"enum",params:{allowedValues: schema40.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema40.properties.tier.enum,parentSchema:schema40.properties.tier,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.packages !== undefined){
let data3 = data.packages;
const _errs5 = errors;
if(errors === _errs5){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(Object.keys(data3).length > 1024){
validate99.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/maxProperties",keyword:"maxProperties",params:{limit: 1024},message:"must NOT have more than 1024 properties",schema:1024,parentSchema:schema40.properties.packages,data:data3}];
return false;
}
else {
for(const key1 in data3){
const _errs7 = errors;
if(typeof key1 === "string"){
if(!pattern3.test(key1)){
const err0 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema40.properties.packages.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs7 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema40.properties.packages.propertyNames,parentSchema:schema40.properties.packages,data:data3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate99.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data3){
let data4 = data3[key2];
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data4)){
if(data4.length > 4096){
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/packages/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema40.properties.packages.additionalProperties,data:data4}];
return false;
}
else {
var valid3 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
const _errs11 = errors;
if(errors === _errs11){
if(typeof data5 === "string"){
if(data5.length > 64){
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/properties/packages/additionalProperties/items/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema40.properties.packages.additionalProperties.items,data:data5}];
return false;
}
else {
if(!pattern9.test(data5)){
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/properties/packages/additionalProperties/items/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"},message:"must match pattern \""+"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$"+"\"",schema:"^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",parentSchema:schema40.properties.packages.additionalProperties.items,data:data5}];
return false;
}
}
}
else {
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/properties/packages/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.packages.additionalProperties.items.type,parentSchema:schema40.properties.packages.additionalProperties.items,data:data5}];
return false;
}
}
var valid3 = _errs11 === errors;
if(!valid3){
break;
}
}
if(valid3){
let i1 = data4.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data4[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/packages/additionalProperties/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema40.properties.packages.additionalProperties,data:data4}];
return false;
break;
}
indices0[item0] = i1;
}
}
}
}
}
else {
validate99.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/packages/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.packages.additionalProperties.type,parentSchema:schema40.properties.packages.additionalProperties,data:data4}];
return false;
}
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate99.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.packages.type,parentSchema:schema40.properties.packages,data:data3}];
return false;
}
}
var valid0 = _errs5 === errors;
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
validate99.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.type,parentSchema:schema40,data}];
return false;
}
}
validate99.errors = vErrors;
return errors === 0;
}
validate99.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema41 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/validation-rules.schema.json","title":"validation-rules","description":"What must hold between the files, and between the keys of a configuration.","type":"object","required":["schemaVersion","kind","catalog","configuration"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"validation-rules"},"catalog":{"type":"array","items":{"type":"object","required":["check"],"properties":{"check":{"enum":["tier-has","tiers-grow","profile-order","profile-range","byzantine-nodes"]},"tier":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."},"mechanisms":{"type":"integer","minimum":0},"maxNodes":{"type":"integer","minimum":0},"minNodes":{"type":"integer","minimum":1},"field":{"enum":["maxNodes","evidence","cpuCores","memoryBytes"]},"why":{"type":"string","minLength":1,"maxLength":200}},"additionalProperties":false}},"configuration":{"type":"array","items":{"type":"object","required":["mechanism","key","atLeast","times","why"],"properties":{"mechanism":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"key":{"type":"string","minLength":1,"maxLength":64},"atLeast":{"type":"number","exclusiveMinimum":0},"times":{"type":"string","minLength":1,"maxLength":64},"why":{"type":"string","minLength":1,"maxLength":200}},"additionalProperties":false}}},"additionalProperties":false};

function validate100(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/validation-rules.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate100.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.catalog === undefined) && (missing0 = "catalog"))) || ((data.configuration === undefined) && (missing0 = "configuration"))){
validate100.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema41.required,parentSchema:schema41,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "catalog")) || (key0 === "configuration"))){
validate100.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate100.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema41.properties.schemaVersion,data:data0}];
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
if("validation-rules" !== data1){
validate100.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "validation-rules"},message:"must be equal to constant",schema:"validation-rules",parentSchema:schema41.properties.kind,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.catalog !== undefined){
let data2 = data.catalog;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((data3.check === undefined) && (missing1 = "check")){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0,schemaPath:"#/properties/catalog/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema41.properties.catalog.items.required,parentSchema:schema41.properties.catalog.items,data:data3}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data3){
if(!(((((((key1 === "check") || (key1 === "tier")) || (key1 === "mechanisms")) || (key1 === "maxNodes")) || (key1 === "minNodes")) || (key1 === "field")) || (key1 === "why"))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0,schemaPath:"#/properties/catalog/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.catalog.items,data:data3}];
return false;
break;
}
}
if(_errs8 === errors){
if(data3.check !== undefined){
let data4 = data3.check;
const _errs9 = errors;
if(!(((((data4 === "tier-has") || (data4 === "tiers-grow")) || (data4 === "profile-order")) || (data4 === "profile-range")) || (data4 === "byzantine-nodes"))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/check",schemaPath:"#/properties/catalog/items/properties/check/enum",keyword:"enum",params:{allowedValues: schema41.properties.catalog.items.properties.check.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.catalog.items.properties.check.enum,parentSchema:schema41.properties.catalog.items.properties.check,data:data4}];
return false;
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.tier !== undefined){
let data5 = data3.tier;
const _errs10 = errors;
if(!(((((((data5 === "core") || (data5 === "basic")) || (data5 === "pro")) || (data5 === "advanced")) || (data5 === "qm-venture")) || (data5 === "qm-campaign")) || (data5 === "qm-imperium"))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/tier",schemaPath:"#/properties/catalog/items/properties/tier/enum",keyword:"enum",params:{allowedValues: schema41.properties.catalog.items.properties.tier.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.catalog.items.properties.tier.enum,parentSchema:schema41.properties.catalog.items.properties.tier,data:data5}];
return false;
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.mechanisms !== undefined){
let data6 = data3.mechanisms;
const _errs11 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/mechanisms",schemaPath:"#/properties/catalog/items/properties/mechanisms/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.catalog.items.properties.mechanisms.type,parentSchema:schema41.properties.catalog.items.properties.mechanisms,data:data6}];
return false;
}
if(errors === _errs11){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 0 || isNaN(data6)){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/mechanisms",schemaPath:"#/properties/catalog/items/properties/mechanisms/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema41.properties.catalog.items.properties.mechanisms,data:data6}];
return false;
}
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.maxNodes !== undefined){
let data7 = data3.maxNodes;
const _errs13 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/maxNodes",schemaPath:"#/properties/catalog/items/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.catalog.items.properties.maxNodes.type,parentSchema:schema41.properties.catalog.items.properties.maxNodes,data:data7}];
return false;
}
if(errors === _errs13){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 0 || isNaN(data7)){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/maxNodes",schemaPath:"#/properties/catalog/items/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema41.properties.catalog.items.properties.maxNodes,data:data7}];
return false;
}
}
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.minNodes !== undefined){
let data8 = data3.minNodes;
const _errs15 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/minNodes",schemaPath:"#/properties/catalog/items/properties/minNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.catalog.items.properties.minNodes.type,parentSchema:schema41.properties.catalog.items.properties.minNodes,data:data8}];
return false;
}
if(errors === _errs15){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/minNodes",schemaPath:"#/properties/catalog/items/properties/minNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.catalog.items.properties.minNodes,data:data8}];
return false;
}
}
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.field !== undefined){
let data9 = data3.field;
const _errs17 = errors;
if(!((((data9 === "maxNodes") || (data9 === "evidence")) || (data9 === "cpuCores")) || (data9 === "memoryBytes"))){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/field",schemaPath:"#/properties/catalog/items/properties/field/enum",keyword:"enum",params:{allowedValues: schema41.properties.catalog.items.properties.field.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.catalog.items.properties.field.enum,parentSchema:schema41.properties.catalog.items.properties.field,data:data9}];
return false;
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.why !== undefined){
let data10 = data3.why;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data10 === "string"){
if(data10.length > 200){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/why",schemaPath:"#/properties/catalog/items/properties/why/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema41.properties.catalog.items.properties.why,data:data10}];
return false;
}
else {
if(data10.length < 1){
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/why",schemaPath:"#/properties/catalog/items/properties/why/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.catalog.items.properties.why,data:data10}];
return false;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0+"/why",schemaPath:"#/properties/catalog/items/properties/why/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.catalog.items.properties.why.type,parentSchema:schema41.properties.catalog.items.properties.why,data:data10}];
return false;
}
}
var valid2 = _errs18 === errors;
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
else {
validate100.errors = [{instancePath:instancePath+"/catalog/" + i0,schemaPath:"#/properties/catalog/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.catalog.items.type,parentSchema:schema41.properties.catalog.items,data:data3}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/catalog",schemaPath:"#/properties/catalog/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.catalog.type,parentSchema:schema41.properties.catalog,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.configuration !== undefined){
let data11 = data.configuration;
const _errs20 = errors;
if(errors === _errs20){
if(Array.isArray(data11)){
var valid3 = true;
const len1 = data11.length;
for(let i1=0; i1<len1; i1++){
let data12 = data11[i1];
const _errs22 = errors;
if(errors === _errs22){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing2;
if((((((data12.mechanism === undefined) && (missing2 = "mechanism")) || ((data12.key === undefined) && (missing2 = "key"))) || ((data12.atLeast === undefined) && (missing2 = "atLeast"))) || ((data12.times === undefined) && (missing2 = "times"))) || ((data12.why === undefined) && (missing2 = "why"))){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1,schemaPath:"#/properties/configuration/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema41.properties.configuration.items.required,parentSchema:schema41.properties.configuration.items,data:data12}];
return false;
}
else {
const _errs24 = errors;
for(const key2 in data12){
if(!(((((key2 === "mechanism") || (key2 === "key")) || (key2 === "atLeast")) || (key2 === "times")) || (key2 === "why"))){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1,schemaPath:"#/properties/configuration/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.configuration.items,data:data12}];
return false;
break;
}
}
if(_errs24 === errors){
if(data12.mechanism !== undefined){
let data13 = data12.mechanism;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data13 === "string"){
if(!pattern4.test(data13)){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/mechanism",schemaPath:"#/properties/configuration/items/properties/mechanism/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema41.properties.configuration.items.properties.mechanism,data:data13}];
return false;
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/mechanism",schemaPath:"#/properties/configuration/items/properties/mechanism/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.configuration.items.properties.mechanism.type,parentSchema:schema41.properties.configuration.items.properties.mechanism,data:data13}];
return false;
}
}
var valid4 = _errs25 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.key !== undefined){
let data14 = data12.key;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data14 === "string"){
if(data14.length > 64){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/key",schemaPath:"#/properties/configuration/items/properties/key/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema41.properties.configuration.items.properties.key,data:data14}];
return false;
}
else {
if(data14.length < 1){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/key",schemaPath:"#/properties/configuration/items/properties/key/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.configuration.items.properties.key,data:data14}];
return false;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/key",schemaPath:"#/properties/configuration/items/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.configuration.items.properties.key.type,parentSchema:schema41.properties.configuration.items.properties.key,data:data14}];
return false;
}
}
var valid4 = _errs27 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.atLeast !== undefined){
let data15 = data12.atLeast;
const _errs29 = errors;
if(errors === _errs29){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 <= 0 || isNaN(data15)){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/atLeast",schemaPath:"#/properties/configuration/items/properties/atLeast/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema41.properties.configuration.items.properties.atLeast,data:data15}];
return false;
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/atLeast",schemaPath:"#/properties/configuration/items/properties/atLeast/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema41.properties.configuration.items.properties.atLeast.type,parentSchema:schema41.properties.configuration.items.properties.atLeast,data:data15}];
return false;
}
}
var valid4 = _errs29 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.times !== undefined){
let data16 = data12.times;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data16 === "string"){
if(data16.length > 64){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/times",schemaPath:"#/properties/configuration/items/properties/times/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema41.properties.configuration.items.properties.times,data:data16}];
return false;
}
else {
if(data16.length < 1){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/times",schemaPath:"#/properties/configuration/items/properties/times/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.configuration.items.properties.times,data:data16}];
return false;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/times",schemaPath:"#/properties/configuration/items/properties/times/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.configuration.items.properties.times.type,parentSchema:schema41.properties.configuration.items.properties.times,data:data16}];
return false;
}
}
var valid4 = _errs31 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.why !== undefined){
let data17 = data12.why;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data17 === "string"){
if(data17.length > 200){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/why",schemaPath:"#/properties/configuration/items/properties/why/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema41.properties.configuration.items.properties.why,data:data17}];
return false;
}
else {
if(data17.length < 1){
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/why",schemaPath:"#/properties/configuration/items/properties/why/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.configuration.items.properties.why,data:data17}];
return false;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1+"/why",schemaPath:"#/properties/configuration/items/properties/why/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.configuration.items.properties.why.type,parentSchema:schema41.properties.configuration.items.properties.why,data:data17}];
return false;
}
}
var valid4 = _errs33 === errors;
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
validate100.errors = [{instancePath:instancePath+"/configuration/" + i1,schemaPath:"#/properties/configuration/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.configuration.items.type,parentSchema:schema41.properties.configuration.items,data:data12}];
return false;
}
}
var valid3 = _errs22 === errors;
if(!valid3){
break;
}
}
}
else {
validate100.errors = [{instancePath:instancePath+"/configuration",schemaPath:"#/properties/configuration/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.configuration.type,parentSchema:schema41.properties.configuration,data:data11}];
return false;
}
}
var valid0 = _errs20 === errors;
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
validate100.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data}];
return false;
}
}
validate100.errors = vErrors;
return errors === 0;
}
validate100.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

return { 'access-table': validate52, 'capability-matrix': validate53, 'license-keys': validate54, 'lock': validate55, 'mechanism-defaults': validate62, 'registry-info': validate63, 'resource-profile': validate64, 'revocations': validate65, 'signer-policy': validate66, 'tier-manifest': validate67, 'tier-mapping': validate88, 'tier-overrides': validate89, 'tier-source': validate98, 'tier-view': validate99, 'validation-rules': validate100 };
})();
