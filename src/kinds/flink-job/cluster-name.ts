import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';

/** Whether the operator takes this as a name of a FlinkDeployment (`DefaultValidator`, operator 1.15.0). */
export function isClusterName(name: string): boolean {
  return /^[a-z]([-a-z\d]{0,43}[a-z\d])?$/.test(name);
}

export function checkClusterName(name: string, path: AttributePath): readonly Diagnostic[] {
  if (isClusterName(name)) return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidName',
      summary: `${JSON.stringify(name)} cannot be the name of a Flink cluster`,
      detail:
        'The operator refuses it, and nothing would run. Use at most 45 lower-case letters, digits and "-", ' +
        'a letter first and a letter or digit last.',
      path,
    },
  ];
}
