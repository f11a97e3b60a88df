import { stringify } from 'yaml';

/** Long texts stay on one line. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
