/** What Terraform itself would refuse: `try` takes its next argument. */
export class EvaluationError extends Error {}
