import { z } from 'zod';
import { buildParams } from './plugins.ts';
import { resourcesParams } from './resources.ts';
import { type JvmOptionsParams, jvmOptionsParams, type KafkaConnectSpec, kafkaConnectSpec } from './spec.ts';

export const kafkaConnectParams = kafkaConnectSpec.extend({
  config: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Configuration of the workers. Connection, security and storage topics have fields of their own.',
    ),
  resources: resourcesParams.optional().describe('CPU and memory of one worker.'),
  jvmOptions: jvmOptionsParams.optional().describe("Options of the workers' JVM."),
  build: buildParams.optional().describe('An image that the operator builds with connector plugins added.'),
});

export type KafkaConnectParams = z.output<typeof kafkaConnectParams>;

const jvmFields = { xms: '-Xms', xmx: '-Xmx', xx: '-XX' } as const;

/** Terraform has no attributes that begin with `-`. */
export function toConnectSpec({ jvmOptions, ...spec }: KafkaConnectParams): KafkaConnectSpec {
  if (jvmOptions === undefined) return spec;
  const { xms, xmx, xx, ...same } = jvmOptions;
  return {
    ...spec,
    jvmOptions: {
      ...(xms !== undefined && { [jvmFields.xms]: xms }),
      ...(xmx !== undefined && { [jvmFields.xmx]: xmx }),
      ...(xx !== undefined && { [jvmFields.xx]: xx }),
      ...same,
    },
  };
}

export function fromConnectSpec(spec: Partial<KafkaConnectSpec>): object {
  if (spec.jvmOptions === undefined) return spec;
  const { [jvmFields.xms]: xms, [jvmFields.xmx]: xmx, [jvmFields.xx]: xx, ...same } = spec.jvmOptions;
  const jvmOptions: JvmOptionsParams = {
    ...(xms !== undefined && { xms }),
    ...(xmx !== undefined && { xmx }),
    ...(xx !== undefined && { xx }),
    ...same,
  };
  return { ...spec, jvmOptions };
}
