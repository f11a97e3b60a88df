/**
 * The Terraform name of a camelCase field or PascalCase kind: `tmResource` → `tm_resource`, `jarURI` → `jar_uri`.
 * The way back is the schema's, which keeps the field beside the name.
 */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .toLowerCase();
}
