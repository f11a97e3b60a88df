import { z } from 'zod';
import type { ResourceType } from '../../apiclient/object.ts';
import { defineKind } from '../kind.ts';

export const serviceMonitorType: ResourceType = {
  group: 'monitoring.coreos.com',
  version: 'v1',
  kind: 'ServiceMonitor',
  plural: 'servicemonitors',
  namespaced: true,
};

const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});

/** ServiceMonitor spec of `monitoring.coreos.com/v1` (Prometheus Operator 0.93.0). */
export const serviceMonitorSpec = z.object({
  selector: labelSelector.describe('Services whose endpoints are scraped.'),
  endpoints: z
    .array(
      z.object({
        port: z.string().optional().describe('Name of the port of the Service.'),
        path: z.string().optional().describe('Path of the metrics; /metrics when absent.'),
        scheme: z.string().optional(),
        interval: z.string().optional().describe('Time between two scrapes, such as 30s.'),
        scrapeTimeout: z.string().optional(),
      }),
    )
    .describe('What is scraped of each Service.'),
  namespaceSelector: z
    .object({ any: z.boolean().optional(), matchNames: z.array(z.string()).optional() })
    .optional(),
  jobLabel: z.string().optional(),
});

export type ServiceMonitorSpec = z.output<typeof serviceMonitorSpec>;

/** What Prometheus scrapes. It has no status of its own: being there is all there is to wait for. */
export const serviceMonitor = defineKind({
  type: serviceMonitorType,
  singular: 'servicemonitor',
  shortNames: ['smon'],
  description: 'What Prometheus scrapes.',
  spec: serviceMonitorSpec,
  status: z.object({}),
  printerColumns: [],
  assessHealth: () => ({ state: 'healthy', message: 'it is there' }),
});
