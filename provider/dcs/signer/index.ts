export { signRequest, signingStages } from "./signRequest.js";
export type { SignableRequest, SigningKey, SigningStages } from "./signRequest.js";
export { canonicalHeaders } from "./canonicalHeaders.js";
export { canonicalQuery } from "./canonicalQuery.js";
export { canonicalRequest } from "./canonicalRequest.js";
export { canonicalUri } from "./canonicalUri.js";
export { signature } from "./signature.js";
export { stringToSign } from "./stringToSign.js";
