import { ApiError } from '../../apiclient/client.ts';
import { apiVersionOf, type ResourceType } from '../../apiclient/object.ts';
import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import { apiDiagnostics } from './api-diagnostics.ts';
import { missingKind } from './resource-types.ts';
import type { Session, Target } from './session.ts';

/**
 * A failed request as diagnostics, with what only the session knows: which API was asked, and after a 404 whether it
 * serves the kind at all.
 */
export async function reportFailure(
  thrown: unknown,
  attempted: string,
  object: ObjectName,
  type: ResourceType | undefined,
  session: Session | undefined,
): Promise<readonly Diagnostic[]> {
  const missing = await findMissingKind(thrown, type, session);
  if (missing !== undefined) return [{ ...missing, object }];
  return apiDiagnostics(thrown, attempted, object, type, describeTarget(session?.settings.target));
}

async function findMissingKind(
  thrown: unknown,
  type: ResourceType | undefined,
  session: Session | undefined,
): Promise<Diagnostic | undefined> {
  if (!(thrown instanceof ApiError) || thrown.reason !== 'NotFound') return undefined;
  if (type === undefined || session === undefined || /namespaces? "/.test(thrown.message)) return undefined;
  const name = { apiVersion: apiVersionOf(type), kind: type.kind };
  try {
    if (await session.discovery.serves(name)) return undefined;
    return await missingKind(await session.connect(), name);
  } catch {
    // The first failure is the one to tell.
    return undefined;
  }
}

/** `kubeconfig ~/.kube/config, context "dev"`, as far as it was said. */
function describeTarget(target: Target | undefined): string | undefined {
  if (target === undefined) return undefined;
  const file = target.kubeconfig ?? process.env['KUBECONFIG'];
  const kubeconfig = file === undefined || file === '' ? 'the kubeconfig' : `kubeconfig ${file}`;
  const context =
    target.context === undefined ? 'its current context' : `context ${JSON.stringify(target.context)}`;
  return `${kubeconfig} with ${context}`;
}
