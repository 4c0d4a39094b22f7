/** The scheme's name, first line of the string to sign and first word of the Authorization header. */
export const ALGORITHM = "SDK-HMAC-SHA256";
/** SHA-256 of no bytes. */
export const EMPTY_BODY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
export const DATE_HEADER = "X-Sdk-Date";
export const TOKEN_HEADER = "X-Security-Token";
/** If the caller sets it, its value stands for the body's hash (`UNSIGNED-PAYLOAD` is allowed). */
export const BODY_HASH_HEADER = "x-sdk-content-sha256";
