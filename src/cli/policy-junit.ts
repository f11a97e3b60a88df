import { type Check, nameOf } from '../policy/check-policy.ts';
import { headline, type PolicyReport } from '../policy/policy-report.ts';

/**
 * A report as JUnit writes one: a suite for each rule, a case for each object. Errors are failures; warnings, exceptions
 * and what is not known yet are skipped, with the reason.
 */
export function renderPolicyJUnit({ checks }: PolicyReport): string {
  const rules = [...new Set(checks.map(({ rule }) => rule))];
  const suites = rules.map((rule) => {
    const cases = checks.filter((check) => check.rule === rule);
    const failures = cases.filter(isFailure).length;
    const skipped = cases.filter((check) => check.outcome !== 'passed' && !isFailure(check)).length;
    return [
      `  <testsuite name="${escapeXml(rule)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
      ...cases.map(renderCase),
      '  </testsuite>',
    ].join('\n');
  });
  const failures = checks.filter(isFailure).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sdp policy" tests="${checks.length}" failures="${failures}" errors="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function isFailure({ outcome, findings }: Check): boolean {
  return outcome === 'broken' && findings.some(({ severity }) => severity === 'error');
}

function renderCase(check: Check): string {
  const { rule, object, outcome, findings, note } = check;
  const source = findings.find((finding) => finding.source !== undefined)?.source;
  const name = object === undefined ? 'all objects together' : nameOf(object);
  const file = source === undefined ? '' : ` file="${escapeXml(source.file)}"`;
  const open = `    <testcase classname="${escapeXml(rule)}" name="${escapeXml(name)}"${file}`;
  if (outcome === 'passed') return `${open}/>`;
  const summary = [...findings.map(headline), ...(note === undefined ? [] : [note])].join('; ');
  if (!isFailure(check)) return `${open}><skipped message="${escapeXml(summary)}"/></testcase>`;
  const detail = findings.map(
    (finding) =>
      `${headline(finding)}\n${finding.source === undefined ? '' : `${finding.source.file}:${finding.source.line}\n`}${finding.detail}`,
  );
  return `${open}><failure type="${escapeXml(rule)}" message="${escapeXml(summary)}">${escapeXml(detail.join('\n\n'))}</failure></testcase>`;
}

/** XML 1.0 has no way to write most control characters. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
