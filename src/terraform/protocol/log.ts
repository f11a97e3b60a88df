export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Terraform takes log entries of a plugin as JSON lines on stderr (go-plugin's hclog form). */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Entries below `warn` are only written when Terraform was asked for a log. */
export function createLog(environment: NodeJS.ProcessEnv, write: (line: string) => void): Log {
  const wanted = [environment['TF_LOG'], environment['TF_LOG_PROVIDER']].some(
    (level) => level !== undefined && level !== '' && level.toUpperCase() !== 'OFF',
  );
  return (level, message, fields) => {
    if (!wanted && level !== 'warn' && level !== 'error') return;
    const entry = {
      '@level': level,
      '@message': message,
      '@module': 'sdp',
      '@timestamp': new Date().toISOString(),
    };
    write(`${JSON.stringify({ ...fields, ...entry })}\n`);
  };
}
