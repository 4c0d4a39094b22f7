/** Keys as the signer needs them. Never logged, printed or put into an error. @public */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Goes with temporary keys. */
  readonly securityToken?: string;
  /** When temporary keys end, ms since the epoch. */
  readonly expiresAt?: number;
}
