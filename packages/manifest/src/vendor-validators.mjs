// Generated from schemas/ by compile-validators.ts; do not edit.
/* oxlint-disable */
// oxfmt-ignore
export const VENDOR_VALIDATORS = (() => {

const schema30 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/access-table.schema.json","title":"access-table","description":"access.json: the lowest tier that holds each package.","type":"object","required":["schemaVersion","kind","packages"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"access"},"packages":{"type":"object","maxProperties":1024,"propertyNames":{"pattern":"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},"additionalProperties":{"enum":["core","basic","pro","advanced","qm-venture","qm-campaign","qm-imperium"],"description":"Slug of a tier."}}},"additionalProperties":false};
const pattern5 = new RegExp("^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$", "u");

function validate82(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/access-table.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate82.evaluated;
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
validate82.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema30.required,parentSchema:schema30,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "packages"))){
validate82.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema30,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate82.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema30.properties.schemaVersion,data:data0}];
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
validate82.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "access"},message:"must be equal to constant",schema:"access",parentSchema:schema30.properties.kind,data:data1}];
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
validate82.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/maxProperties",keyword:"maxProperties",params:{limit: 1024},message:"must NOT have more than 1024 properties",schema:1024,parentSchema:schema30.properties.packages,data:data2}];
return false;
}
else {
for(const key1 in data2){
const _errs6 = errors;
if(typeof key1 === "string"){
if(!pattern5.test(key1)){
const err0 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames/pattern",keyword:"pattern",params:{pattern: "^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"},message:"must match pattern \""+"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$"+"\"",schema:"^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$",parentSchema:schema30.properties.packages.propertyNames,data:key1,propertyName:key1};
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
const err1 = {instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema30.properties.packages.propertyNames,parentSchema:schema30.properties.packages,data:data2};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate82.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data2){
let data3 = data2[key2];
const _errs8 = errors;
if(!(((((((data3 === "core") || (data3 === "basic")) || (data3 === "pro")) || (data3 === "advanced")) || (data3 === "qm-venture")) || (data3 === "qm-campaign")) || (data3 === "qm-imperium"))){
validate82.errors = [{instancePath:instancePath+"/packages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/packages/additionalProperties/enum",keyword:"enum",params:{allowedValues: schema30.properties.packages.additionalProperties.enum},message:"must be equal to one of the allowed values",schema:schema30.properties.packages.additionalProperties.enum,parentSchema:schema30.properties.packages.additionalProperties,data:data3}];
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
validate82.errors = [{instancePath:instancePath+"/packages",schemaPath:"#/properties/packages/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.properties.packages.type,parentSchema:schema30.properties.packages,data:data2}];
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
validate82.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.type,parentSchema:schema30,data}];
return false;
}
}
validate82.errors = vErrors;
return errors === 0;
}
validate82.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/capability-matrix.schema.json","title":"capability-matrix","description":"What each mechanism can do.","type":"object","required":["schemaVersion","kind","mechanisms"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"capability-matrix"},"mechanisms":{"type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,63}$"},"additionalProperties":{"type":"object","required":["faults","tolerates","timing","finality","leader","linearizable","weights"],"properties":{"faults":{"enum":["crash","byzantine"]},"tolerates":{"enum":["any","under-half","under-third"]},"timing":{"enum":["asynchronous","partially-synchronous","synchronous-slots"]},"finality":{"enum":["immediate","economic","stable-cut","epsilon","none"]},"leader":{"type":"boolean"},"linearizable":{"type":"boolean"},"weights":{"type":"boolean"}},"additionalProperties":false}}},"additionalProperties":false};
const pattern7 = new RegExp("^[a-z][a-z0-9-]{0,63}$", "u");

function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/capability-matrix.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate83.evaluated;
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
validate83.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema31.required,parentSchema:schema31,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "mechanisms"))){
validate83.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate83.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema31.properties.schemaVersion,data:data0}];
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
validate83.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "capability-matrix"},message:"must be equal to constant",schema:"capability-matrix",parentSchema:schema31.properties.kind,data:data1}];
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
if(!pattern7.test(key1)){
const err0 = {instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema31.properties.mechanisms.propertyNames,data:key1,propertyName:key1};
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
const err1 = {instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema31.properties.mechanisms.propertyNames,parentSchema:schema31.properties.mechanisms,data:data2};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate83.errors = vErrors;
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema31.properties.mechanisms.additionalProperties.required,parentSchema:schema31.properties.mechanisms.additionalProperties,data:data3}];
return false;
}
else {
const _errs10 = errors;
for(const key3 in data3){
if(!(((((((key3 === "faults") || (key3 === "tolerates")) || (key3 === "timing")) || (key3 === "finality")) || (key3 === "leader")) || (key3 === "linearizable")) || (key3 === "weights"))){
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.mechanisms.additionalProperties,data:data3}];
return false;
break;
}
}
if(_errs10 === errors){
if(data3.faults !== undefined){
let data4 = data3.faults;
const _errs11 = errors;
if(!((data4 === "crash") || (data4 === "byzantine"))){
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/faults",schemaPath:"#/properties/mechanisms/additionalProperties/properties/faults/enum",keyword:"enum",params:{allowedValues: schema31.properties.mechanisms.additionalProperties.properties.faults.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.mechanisms.additionalProperties.properties.faults.enum,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.faults,data:data4}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerates",schemaPath:"#/properties/mechanisms/additionalProperties/properties/tolerates/enum",keyword:"enum",params:{allowedValues: schema31.properties.mechanisms.additionalProperties.properties.tolerates.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.mechanisms.additionalProperties.properties.tolerates.enum,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.tolerates,data:data5}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/timing",schemaPath:"#/properties/mechanisms/additionalProperties/properties/timing/enum",keyword:"enum",params:{allowedValues: schema31.properties.mechanisms.additionalProperties.properties.timing.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.mechanisms.additionalProperties.properties.timing.enum,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.timing,data:data6}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/finality",schemaPath:"#/properties/mechanisms/additionalProperties/properties/finality/enum",keyword:"enum",params:{allowedValues: schema31.properties.mechanisms.additionalProperties.properties.finality.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.mechanisms.additionalProperties.properties.finality.enum,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.finality,data:data7}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/leader",schemaPath:"#/properties/mechanisms/additionalProperties/properties/leader/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.mechanisms.additionalProperties.properties.leader.type,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.leader,data:data8}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/linearizable",schemaPath:"#/properties/mechanisms/additionalProperties/properties/linearizable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.mechanisms.additionalProperties.properties.linearizable.type,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.linearizable,data:data9}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/weights",schemaPath:"#/properties/mechanisms/additionalProperties/properties/weights/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.mechanisms.additionalProperties.properties.weights.type,parentSchema:schema31.properties.mechanisms.additionalProperties.properties.weights,data:data10}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/mechanisms/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.mechanisms.additionalProperties.type,parentSchema:schema31.properties.mechanisms.additionalProperties,data:data3}];
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
validate83.errors = [{instancePath:instancePath+"/mechanisms",schemaPath:"#/properties/mechanisms/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.mechanisms.type,parentSchema:schema31.properties.mechanisms,data:data2}];
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
validate83.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data}];
return false;
}
}
validate83.errors = vErrors;
return errors === 0;
}
validate83.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema32 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/license-keys.schema.json","title":"license-keys","description":"Public keys that licenses are checked with, and serials that no longer count.","type":"object","required":["schemaVersion","kind","vendor","keys","revokedSerials"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"license-keys"},"vendor":{"type":"string","minLength":1,"maxLength":200},"keys":{"type":"array","maxItems":32,"items":{"type":"object","required":["kid","kty","crv","x"],"properties":{"kid":{"type":"string","minLength":1,"maxLength":100},"kty":{"const":"OKP"},"crv":{"const":"Ed25519"},"x":{"type":"string","pattern":"^[A-Za-z0-9_-]{43}$","description":"Base64url of the 32 key bytes."}},"additionalProperties":false}},"revokedSerials":{"type":"array","maxItems":10000,"uniqueItems":true,"items":{"type":"string","minLength":1,"maxLength":100}}},"additionalProperties":false};
const pattern27 = new RegExp("^[A-Za-z0-9_-]{43}$", "u");

function validate84(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/license-keys.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate84.evaluated;
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
validate84.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema32.required,parentSchema:schema32,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "vendor")) || (key0 === "keys")) || (key0 === "revokedSerials"))){
validate84.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate84.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema32.properties.schemaVersion,data:data0}];
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
validate84.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "license-keys"},message:"must be equal to constant",schema:"license-keys",parentSchema:schema32.properties.kind,data:data1}];
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
validate84.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema32.properties.vendor,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate84.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.vendor,data:data2}];
return false;
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.vendor.type,parentSchema:schema32.properties.vendor,data:data2}];
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
validate84.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema32.properties.keys,data:data3}];
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
validate84.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema32.properties.keys.items.required,parentSchema:schema32.properties.keys.items,data:data4}];
return false;
}
else {
const _errs10 = errors;
for(const key1 in data4){
if(!((((key1 === "kid") || (key1 === "kty")) || (key1 === "crv")) || (key1 === "x"))){
validate84.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema32.properties.keys.items,data:data4}];
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
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema32.properties.keys.items.properties.kid,data:data5}];
return false;
}
else {
if(data5.length < 1){
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.keys.items.properties.kid,data:data5}];
return false;
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/kid",schemaPath:"#/properties/keys/items/properties/kid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.keys.items.properties.kid.type,parentSchema:schema32.properties.keys.items.properties.kid,data:data5}];
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
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/kty",schemaPath:"#/properties/keys/items/properties/kty/const",keyword:"const",params:{allowedValue: "OKP"},message:"must be equal to constant",schema:"OKP",parentSchema:schema32.properties.keys.items.properties.kty,data:data6}];
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
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/crv",schemaPath:"#/properties/keys/items/properties/crv/const",keyword:"const",params:{allowedValue: "Ed25519"},message:"must be equal to constant",schema:"Ed25519",parentSchema:schema32.properties.keys.items.properties.crv,data:data7}];
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
if(!pattern27.test(data8)){
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/x",schemaPath:"#/properties/keys/items/properties/x/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_-]{43}$"},message:"must match pattern \""+"^[A-Za-z0-9_-]{43}$"+"\"",schema:"^[A-Za-z0-9_-]{43}$",parentSchema:schema32.properties.keys.items.properties.x,data:data8}];
return false;
}
}
else {
validate84.errors = [{instancePath:instancePath+"/keys/" + i0+"/x",schemaPath:"#/properties/keys/items/properties/x/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.keys.items.properties.x.type,parentSchema:schema32.properties.keys.items.properties.x,data:data8}];
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
validate84.errors = [{instancePath:instancePath+"/keys/" + i0,schemaPath:"#/properties/keys/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.properties.keys.items.type,parentSchema:schema32.properties.keys.items,data:data4}];
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
validate84.errors = [{instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema32.properties.keys.type,parentSchema:schema32.properties.keys,data:data3}];
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
validate84.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items",schema:10000,parentSchema:schema32.properties.revokedSerials,data:data9}];
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
validate84.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema32.properties.revokedSerials.items,data:data10}];
return false;
}
else {
if(data10.length < 1){
validate84.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.revokedSerials.items,data:data10}];
return false;
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/revokedSerials/" + i1,schemaPath:"#/properties/revokedSerials/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.revokedSerials.items.type,parentSchema:schema32.properties.revokedSerials.items,data:data10}];
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
validate84.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i2+" are identical)",schema:true,parentSchema:schema32.properties.revokedSerials,data:data9}];
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
validate84.errors = [{instancePath:instancePath+"/revokedSerials",schemaPath:"#/properties/revokedSerials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema32.properties.revokedSerials.type,parentSchema:schema32.properties.revokedSerials,data:data9}];
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
validate84.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data}];
return false;
}
}
validate84.errors = vErrors;
return errors === 0;
}
validate84.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema33 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/mechanism-defaults.schema.json","title":"mechanism-defaults","description":"Default configuration of a mechanism.","type":"object","required":["schemaVersion","kind","mechanism","config"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"mechanism-defaults"},"mechanism":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"config":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[a-z][A-Za-z0-9]{0,63}$"},"additionalProperties":{"type":["string","number","boolean"]},"description":"Configuration keys of the mechanism."}},"additionalProperties":false};
const pattern24 = new RegExp("^[a-z][A-Za-z0-9]{0,63}$", "u");

function validate85(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/mechanism-defaults.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate85.evaluated;
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
validate85.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema33.required,parentSchema:schema33,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "mechanism")) || (key0 === "config"))){
validate85.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate85.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema33.properties.schemaVersion,data:data0}];
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
validate85.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "mechanism-defaults"},message:"must be equal to constant",schema:"mechanism-defaults",parentSchema:schema33.properties.kind,data:data1}];
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
if(!pattern7.test(data2)){
validate85.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema33.properties.mechanism,data:data2}];
return false;
}
}
else {
validate85.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.mechanism.type,parentSchema:schema33.properties.mechanism,data:data2}];
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
validate85.errors = [{instancePath:instancePath+"/config",schemaPath:"#/properties/config/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema33.properties.config,data:data3}];
return false;
}
else {
for(const key1 in data3){
const _errs8 = errors;
if(typeof key1 === "string"){
if(!pattern24.test(key1)){
const err0 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][A-Za-z0-9]{0,63}$"},message:"must match pattern \""+"^[a-z][A-Za-z0-9]{0,63}$"+"\"",schema:"^[a-z][A-Za-z0-9]{0,63}$",parentSchema:schema33.properties.config.propertyNames,data:key1,propertyName:key1};
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
const err1 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema33.properties.config.propertyNames,parentSchema:schema33.properties.config,data:data3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate85.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data3){
let data4 = data3[key2];
const _errs10 = errors;
if(((typeof data4 !== "string") && (!((typeof data4 == "number") && (isFinite(data4))))) && (typeof data4 !== "boolean")){
validate85.errors = [{instancePath:instancePath+"/config/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/config/additionalProperties/type",keyword:"type",params:{type: schema33.properties.config.additionalProperties.type},message:"must be string,number,boolean",schema:schema33.properties.config.additionalProperties.type,parentSchema:schema33.properties.config.additionalProperties,data:data4}];
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
validate85.errors = [{instancePath:instancePath+"/config",schemaPath:"#/properties/config/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.properties.config.type,parentSchema:schema33.properties.config,data:data3}];
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
validate85.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data}];
return false;
}
}
validate85.errors = vErrors;
return errors === 0;
}
validate85.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema34 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/registry-info.schema.json","title":"registry-info","description":"registry.json: who publishes this tree, and where it is served.","type":"object","required":["schemaVersion","kind","vendor","origin","release"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"registry"},"vendor":{"type":"string","minLength":1,"maxLength":200},"origin":{"type":"string","maxLength":500,"pattern":"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$","description":"Public address without a trailing slash."},"release":{"type":"integer","minimum":0,"description":"Grows with every publication."}},"additionalProperties":false};
const pattern30 = new RegExp("^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$", "u");

function validate86(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/registry-info.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate86.evaluated;
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
validate86.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema34.required,parentSchema:schema34,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "schemaVersion") || (key0 === "kind")) || (key0 === "vendor")) || (key0 === "origin")) || (key0 === "release"))){
validate86.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema34,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate86.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema34.properties.schemaVersion,data:data0}];
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
validate86.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "registry"},message:"must be equal to constant",schema:"registry",parentSchema:schema34.properties.kind,data:data1}];
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
validate86.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters",schema:200,parentSchema:schema34.properties.vendor,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate86.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema34.properties.vendor,data:data2}];
return false;
}
}
}
else {
validate86.errors = [{instancePath:instancePath+"/vendor",schemaPath:"#/properties/vendor/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.properties.vendor.type,parentSchema:schema34.properties.vendor,data:data2}];
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
validate86.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema34.properties.origin,data:data3}];
return false;
}
else {
if(!pattern30.test(data3)){
validate86.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/pattern",keyword:"pattern",params:{pattern: "^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$"},message:"must match pattern \""+"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$"+"\"",schema:"^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$",parentSchema:schema34.properties.origin,data:data3}];
return false;
}
}
}
else {
validate86.errors = [{instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.properties.origin.type,parentSchema:schema34.properties.origin,data:data3}];
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
validate86.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema34.properties.release.type,parentSchema:schema34.properties.release,data:data4}];
return false;
}
if(errors === _errs8){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate86.errors = [{instancePath:instancePath+"/release",schemaPath:"#/properties/release/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema34.properties.release,data:data4}];
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
validate86.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data}];
return false;
}
}
validate86.errors = vErrors;
return errors === 0;
}
validate86.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


const schema35 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://hypersync.io/schemas/resource-profile.schema.json","title":"resource-profile","description":"What one node needs to run a mechanism.","type":"object","required":["schemaVersion","kind","mechanism","cpuCores","memoryBytes","diskBytes","networkMbps","latencyMs","minNodes","maxNodes"],"properties":{"schemaVersion":{"const":1},"kind":{"const":"resource-profile"},"mechanism":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,63}$","description":"Id of a mechanism."},"cpuCores":{"type":"number","exclusiveMinimum":0,"maximum":1024,"description":"Cores."},"memoryBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"diskBytes":{"type":"integer","minimum":1048576,"description":"Bytes."},"networkMbps":{"type":"number","exclusiveMinimum":0,"description":"Mbit/s."},"latencyMs":{"type":"number","exclusiveMinimum":0,"description":"Largest round trip between peers, milliseconds."},"minNodes":{"type":"integer","minimum":1},"maxNodes":{"type":"integer","minimum":0,"description":"0: no limit of its own."}},"additionalProperties":false};
const func1 = Object.prototype.hasOwnProperty;

function validate87(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://hypersync.io/schemas/resource-profile.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate87.evaluated;
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
validate87.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema35.required,parentSchema:schema35,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema35.properties, key0))){
validate87.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate87.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema35.properties.schemaVersion,data:data0}];
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
validate87.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "resource-profile"},message:"must be equal to constant",schema:"resource-profile",parentSchema:schema35.properties.kind,data:data1}];
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
if(!pattern7.test(data2)){
validate87.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,63}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,63}$"+"\"",schema:"^[a-z][a-z0-9-]{0,63}$",parentSchema:schema35.properties.mechanism,data:data2}];
return false;
}
}
else {
validate87.errors = [{instancePath:instancePath+"/mechanism",schemaPath:"#/properties/mechanism/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.mechanism.type,parentSchema:schema35.properties.mechanism,data:data2}];
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
validate87.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024",schema:1024,parentSchema:schema35.properties.cpuCores,data:data3}];
return false;
}
else {
if(data3 <= 0 || isNaN(data3)){
validate87.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema35.properties.cpuCores,data:data3}];
return false;
}
}
}
else {
validate87.errors = [{instancePath:instancePath+"/cpuCores",schemaPath:"#/properties/cpuCores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema35.properties.cpuCores.type,parentSchema:schema35.properties.cpuCores,data:data3}];
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
validate87.errors = [{instancePath:instancePath+"/memoryBytes",schemaPath:"#/properties/memoryBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.memoryBytes.type,parentSchema:schema35.properties.memoryBytes,data:data4}];
return false;
}
if(errors === _errs8){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1048576 || isNaN(data4)){
validate87.errors = [{instancePath:instancePath+"/memoryBytes",schemaPath:"#/properties/memoryBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema35.properties.memoryBytes,data:data4}];
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
validate87.errors = [{instancePath:instancePath+"/diskBytes",schemaPath:"#/properties/diskBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.diskBytes.type,parentSchema:schema35.properties.diskBytes,data:data5}];
return false;
}
if(errors === _errs10){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 1048576 || isNaN(data5)){
validate87.errors = [{instancePath:instancePath+"/diskBytes",schemaPath:"#/properties/diskBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1048576},message:"must be >= 1048576",schema:1048576,parentSchema:schema35.properties.diskBytes,data:data5}];
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
validate87.errors = [{instancePath:instancePath+"/networkMbps",schemaPath:"#/properties/networkMbps/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema35.properties.networkMbps,data:data6}];
return false;
}
}
else {
validate87.errors = [{instancePath:instancePath+"/networkMbps",schemaPath:"#/properties/networkMbps/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema35.properties.networkMbps.type,parentSchema:schema35.properties.networkMbps,data:data6}];
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
validate87.errors = [{instancePath:instancePath+"/latencyMs",schemaPath:"#/properties/latencyMs/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema35.properties.latencyMs,data:data7}];
return false;
}
}
else {
validate87.errors = [{instancePath:instancePath+"/latencyMs",schemaPath:"#/properties/latencyMs/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema35.properties.latencyMs.type,parentSchema:schema35.properties.latencyMs,data:data7}];
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
validate87.errors = [{instancePath:instancePath+"/minNodes",schemaPath:"#/properties/minNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.minNodes.type,parentSchema:schema35.properties.minNodes,data:data8}];
return false;
}
if(errors === _errs16){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
validate87.errors = [{instancePath:instancePath+"/minNodes",schemaPath:"#/properties/minNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema35.properties.minNodes,data:data8}];
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
validate87.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.maxNodes.type,parentSchema:schema35.properties.maxNodes,data:data9}];
return false;
}
if(errors === _errs18){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 0 || isNaN(data9)){
validate87.errors = [{instancePath:instancePath+"/maxNodes",schemaPath:"#/properties/maxNodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema35.properties.maxNodes,data:data9}];
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
validate87.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data}];
return false;
}
}
validate87.errors = vErrors;
return errors === 0;
}
validate87.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
if(!pattern7.test(data9)){
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
if(!pattern7.test(key0)){
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
if(!pattern24.test(key2)){
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
const pattern6 = new RegExp("^(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})\\.(0|[1-9]\\d{0,9})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$", "u");

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
if(!pattern5.test(key1)){
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
if(!pattern6.test(data5)){
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
if(!pattern7.test(data13)){
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

return { 'access-table': validate82, 'capability-matrix': validate83, 'license-keys': validate84, 'mechanism-defaults': validate85, 'registry-info': validate86, 'resource-profile': validate87, 'tier-mapping': validate88, 'tier-overrides': validate89, 'tier-source': validate98, 'tier-view': validate99, 'validation-rules': validate100 };
})();
