import {
  AuthenticationError,
  GenericError,
  ProtocolError,
  protocolErrors,
  protocolErrorsCodesById,
} from '@platformatic/kafka';
import { KafkaError } from './kafka-error.ts';

/** Exceptions of Kafka's Java client by error code (`org.apache.kafka.common.protocol.Errors`), where names differ. */
const exceptions: Readonly<Record<string, string>> = {
  UNKNOWN_SERVER_ERROR: 'UnknownServerException',
  INVALID_TOPIC_EXCEPTION: 'InvalidTopicException',
  INVALID_CONFIG: 'InvalidConfigurationException',
  REQUEST_TIMED_OUT: 'TimeoutException',
  TOPIC_ALREADY_EXISTS: 'TopicExistsException',
};

function exceptionOf(code: string): string {
  const words = code
    .replace(/(_AUTHORIZATION)_FAILED$/, '$1')
    .toLowerCase()
    .split('_');
  const name = words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('');
  return `org.apache.kafka.common.errors.${exceptions[code] ?? `${name}Exception`}`;
}

/** The error of one item of an answer: `errorCode` is Kafka's number, 0 for none. */
export function findRefusal(
  errorCode: number,
  errorMessage: string | null | undefined,
): KafkaError | undefined {
  if (errorCode === 0) return undefined;
  const code = (protocolErrorsCodesById as Readonly<Record<string, string>>)[String(errorCode)];
  if (code === undefined) {
    return new KafkaError(`ERROR_${errorCode}`, errorMessage ?? `Kafka's error ${errorCode}`, false);
  }
  const known = (protocolErrors as Readonly<Record<string, { message: string; canRetry: boolean }>>)[code];
  const text = errorMessage ?? known?.message ?? '';
  return new KafkaError(code, `${exceptionOf(code)}: ${text}`, known?.canRetry === true);
}

/** What a call that was answered by no broker means. */
export function classifyFailure(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error;
  const refused = findCause(error, (cause) => cause instanceof AuthenticationError);
  if (refused !== undefined) {
    const why = findCause(error, (cause) => 'serverErrorMessage' in cause)?.message ?? refused.message;
    const message = `org.apache.kafka.common.errors.SaslAuthenticationException: ${why}`;
    return new KafkaError('UNREACHABLE', message, true, error);
  }
  const root = findCause(error, (cause) => cause.cause === undefined && !('errors' in cause));
  const message = root?.message ?? (error instanceof Error ? error.message : String(error));
  return new KafkaError('UNREACHABLE', message, true, error);
}

/** What the client library threw as a `KafkaError`: the broker's answer, or why there is none. Other errors as they are. */
export function fromClientLibrary(error: unknown): unknown {
  if (!(error instanceof Error) || !GenericError.isGenericError(error)) return error;
  const locked = findCause(error, (cause) => cause instanceof AuthenticationError);
  const answer = findCause(error, (cause) => cause instanceof ProtocolError);
  if (locked !== undefined || !(answer instanceof ProtocolError)) return classifyFailure(error);
  return findRefusal(Number(answer['apiCode']), answer['serverErrorMessage'] as string | null);
}

/** The first error that fits, however deep the client wrapped it. */
function findCause(error: unknown, fits: (cause: Error) => boolean): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (fits(error)) return error;
  const inner: unknown[] = 'errors' in error && Array.isArray(error.errors) ? [...error.errors] : [];
  for (const cause of [...inner, error.cause]) {
    const found = findCause(cause, fits);
    if (found !== undefined) return found;
  }
  return undefined;
}
