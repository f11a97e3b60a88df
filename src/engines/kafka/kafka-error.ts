/** What the broker answered, in the words of Kafka's Java client: `<exception>: <message>`. */
export class KafkaError extends Error {
  /** Kafka's error code by name: `INVALID_CONFIG`; `UNREACHABLE` when no broker answered, or let us in. */
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'KafkaError';
    this.code = code;
    this.retryable = retryable;
  }
}
