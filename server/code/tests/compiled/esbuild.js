var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __knownSymbol = (name, symbol) => (symbol = Symbol[name]) ? symbol : /* @__PURE__ */ Symbol.for("Symbol." + name);
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __async = (__this, __arguments, generator) => {
  return new Promise((resolve, reject) => {
    var fulfilled = (value) => {
      try {
        step(generator.next(value));
      } catch (e) {
        reject(e);
      }
    };
    var rejected = (value) => {
      try {
        step(generator.throw(value));
      } catch (e) {
        reject(e);
      }
    };
    var step = (x) => x.done ? resolve(x.value) : Promise.resolve(x.value).then(fulfilled, rejected);
    step((generator = generator.apply(__this, __arguments)).next());
  });
};
var __await = function(promise, isYieldStar) {
  this[0] = promise;
  this[1] = isYieldStar;
};
var __asyncGenerator = (__this, __arguments, generator) => {
  var resume = (k, v, yes, no) => {
    try {
      var x = generator[k](v), isAwait = (v = x.value) instanceof __await, done = x.done;
      Promise.resolve(isAwait ? v[0] : v).then((y) => isAwait ? resume(k === "return" ? k : "next", v[1] ? { done: y.done, value: y.value } : y, yes, no) : yes({ value: y, done })).catch((e) => resume("throw", e, yes, no));
    } catch (e) {
      no(e);
    }
  }, method = (k, call, wait, clear) => it[k] = (x) => (call = new Promise((yes, no, run) => (run = () => resume(k, x, yes, no), q ? q.then(run) : run())), clear = () => q === wait && (q = 0), q = wait = call.then(clear, clear), call), q, it = {};
  return generator = generator.apply(__this, __arguments), it[__knownSymbol("asyncIterator")] = () => it, method("next"), method("throw"), method("return"), it;
};
var __forAwait = (obj, it, method) => (it = obj[__knownSymbol("asyncIterator")]) ? it.call(obj) : (obj = obj[__knownSymbol("iterator")](), it = {}, method = (key, fn) => (fn = obj[key]) && (it[key] = (arg) => new Promise((yes, no, done) => (arg = fn.call(obj, arg), done = arg.done, Promise.resolve(arg.value).then((value) => yes({ value, done }), no)))), method("next"), method("return"), it);

// fx/slack.cjs
var require_slack = __commonJS({
  "fx/slack.cjs"(exports) {
    exports.post = (token2) => fetch("https://slack.com/api/chat.postMessage", { method: "POST", headers: { Authorization: "Bearer " + token2 } });
    exports.token = (base44) => __async(null, null, function* () {
      return (yield base44.asServiceRole.connectors.getConnection("slack")).accessToken;
    });
  }
});

// fx/entry.ts
import { createClientFromRequest } from "npm:@base44/sdk@0.8.50";

// fx/drive.ts
var drive_exports = {};
__export(drive_exports, {
  files: () => files,
  token: () => token
});
function token(base44) {
  return __async(this, null, function* () {
    const { accessToken } = yield base44.asServiceRole.connectors.getConnection("googledrive");
    return accessToken;
  });
}
function pages(token2) {
  return __asyncGenerator(this, null, function* () {
    const answer = yield new __await(fetch("https://www.googleapis.com/drive/v3/files", { headers: { Authorization: `Bearer ${token2}` } }));
    yield (yield new __await(answer.json())).files;
  });
}
function files(token2) {
  return __asyncGenerator(this, null, function* () {
    try {
      for (var iter = __forAwait(pages(token2)), more, temp, error; more = !(temp = yield new __await(iter.next())).done; more = false) {
        const page = temp.value;
        for (const file of page) yield { id: file.id, token: token2 };
      }
    } catch (temp) {
      error = [temp];
    } finally {
      try {
        more && (temp = iter.return) && (yield new __await(temp.call(iter)));
      } finally {
        if (error)
          throw error[0];
      }
    }
  });
}

// fx/entry.ts
var import_slack = __toESM(require_slack(), 1);
var import_slack2 = __toESM(require_slack(), 1);
var services = { drive: drive_exports };
Deno.serve((req) => __async(null, null, function* () {
  const base44 = createClientFromRequest(req);
  const token2 = yield services.drive.token(base44);
  try {
    for (var iter = __forAwait(services.drive.files(token2)), more, temp, error; more = !(temp = yield iter.next()).done; more = false) {
      const file = temp.value;
      yield fetch(`https://www.googleapis.com/drive/v3/files/${file.id}`, { method: "DELETE", headers: { Authorization: `Bearer ${file.token}` } });
    }
  } catch (temp) {
    error = [temp];
  } finally {
    try {
      more && (temp = iter.return) && (yield temp.call(iter));
    } finally {
      if (error)
        throw error[0];
    }
  }
  yield (0, import_slack2.post)(yield import_slack.default.token(base44));
  return new Response("ok");
}));
