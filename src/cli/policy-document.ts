import type { Finding } from '../policy/check-policy.ts';
import { findingsOf, type PolicyReport, summaryOf } from '../policy/policy-report.ts';

/** What `sdp policy --json` prints. Fields may be added; none changes its meaning within a version. */
export function toPolicyDocument(report: PolicyReport) {
  const { project, environment, checks } = report;
  return {
    version: 1,
    ...(project !== undefined && { project }),
    ...(environment !== undefined && { environment }),
    summary: summaryOf(report),
    findings: findingsOf(report).map(toEntry),
    exceptions: checks.flatMap(({ outcome, note, findings }) =>
      outcome === 'excepted' ? findings.map((finding) => ({ ...toEntry(finding), exception: note })) : [],
    ),
    unknown: checks.flatMap(({ outcome, rule, object, note }) =>
      outcome === 'unknown' ? [{ rule, ...object, reason: note }] : [],
    ),
  };
}

function toEntry({ object, ruleSource, ...finding }: Finding) {
  return { ...finding, ...(object !== undefined && { object }), ruleSource };
}
