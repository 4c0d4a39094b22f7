/**
 * The resource's verbs as plain functions. State files written by any version of this package call them by these names, through the
 * text in `__provider`: path, names and parameters are part of the package's semantic version.
 */
export { check } from "./verbs/check.js";
export { diff } from "./verbs/diff.js";
export { create, remove as delete, update } from "./verbs/apply.js";
export { read } from "./verbs/read.js";
