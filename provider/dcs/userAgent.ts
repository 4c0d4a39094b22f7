/** Tells the vendor's support which program called. */
export const USER_AGENT = `pulumi-dcs-switchover (node ${process.versions.node})`;
