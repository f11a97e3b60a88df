/**
 * Environment variable that is `true` where all that a project declares is to be destroyed. Terraform plans the
 * configuration all the same, before it plans to destroy, without saying to what end.
 */
export const destroyVariable = 'SDP_DESTROY';
