import { readFileSync } from 'node:fs';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

/** Variables of a GitLab job. */
export type CiEnvironment = Readonly<Record<string, string | undefined>>;

/** How GitLab's API is reached, and as whom. */
export interface GitLabAccess {
  /** `https://gitlab.example.com/api/v4`, without a slash at its end. */
  readonly apiUrl: string;
  readonly token: string;
  /** Certificates that are trusted beside the usual ones, as PEM. */
  readonly caCertificates?: string;
}

/** The variable that has the token. */
export const tokenVariable = 'SDP_GITLAB_TOKEN';

/** Reads the access out of a job's variables; throws what is missing as diagnostics, all at once. */
export function readAccess(environment: CiEnvironment): GitLabAccess {
  const apiUrl = environment['CI_API_V4_URL']?.trim().replace(/\/+$/, '') ?? '';
  const token = environment[tokenVariable]?.trim() ?? '';
  const missing = [
    ...(token === ''
      ? [
          gitLabProblem(
            'GitLabTokenMissing',
            `${tokenVariable} is not set`,
            `It has to be a project or group access token with scope api: GitLab lets a job's own CI_JOB_TOKEN neither write comments nor open merge requests. Make one in the project's or group's Settings > Access tokens, and set it in Settings > CI/CD > Variables, masked. A protected variable is not there in pipelines of branches that are not protected.`,
          ),
        ]
      : []),
    ...(/^https?:\/\/[^/]+/.test(apiUrl)
      ? []
      : [
          gitLabProblem(
            'GitLabAddressMissing',
            apiUrl === '' ? 'CI_API_V4_URL is not set' : `CI_API_V4_URL is no address: ${apiUrl}`,
            'GitLab sets it in each job. Elsewhere: https://HOST/api/v4',
          ),
        ]),
  ];
  if (missing.length > 0) throw new DiagnosticError(...missing.flatMap(({ diagnostics }) => diagnostics));
  const caFile = environment['CI_SERVER_TLS_CA_FILE'] ?? '';
  return { apiUrl, token, ...(caFile !== '' && { caCertificates: readCertificates(caFile) }) };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw gitLabProblem(
      'CertificateUnreadable',
      `The certificates of CI_SERVER_TLS_CA_FILE cannot be read: ${file}`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** A variable that GitLab sets in some jobs only; `where` says in which. */
export function requireVariable(environment: CiEnvironment, name: string, where: string): string {
  const value = environment[name]?.trim() ?? '';
  if (value !== '') return value;
  throw gitLabProblem('NotInGitLabJob', `${name} is not set`, where);
}

/** An error of the user's or of the world's, to throw. */
export function gitLabProblem(reason: string, summary: string, detail: string): DiagnosticError {
  return new DiagnosticError({ severity: 'error', reason, summary, detail });
}
