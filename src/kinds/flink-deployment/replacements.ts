import { imageName } from '../../engines/engine.ts';
import { flinkVersion } from '../../engines/flink/install.ts';
import { otherContainers } from './pod-template.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** What a spec asks for that only containers have, and what stands for it where pods are processes. */
export function describeReplacements(spec: FlinkDeploymentSpec): readonly string[] {
  return [...describeImage(spec), ...describeContainers(spec)];
}

function describeImage({ image, flinkVersion: asked }: FlinkDeploymentSpec): readonly string[] {
  const version = asked?.replace(/^v/, '').replaceAll('_', '.');
  const isPlain = image === undefined || (imageName(image) === 'flink' && image.includes(`:${flinkVersion}`));
  const isOther = version !== undefined && !flinkVersion.startsWith(`${version}.`);
  if (isPlain && !isOther) return [];
  const seen = isPlain ? `flinkVersion ${asked}` : `Image ${image}`;
  return [
    `${seen} cannot run without containers: Flink ${flinkVersion} of this machine runs in its place, with the Kafka connector and sdp's runner. ` +
      'What the image adds besides is not there: give jars of a job by jarURI, and Python packages by requirements.',
  ];
}

function describeContainers(spec: FlinkDeploymentSpec): readonly string[] {
  const templates = [spec.podTemplate, spec.jobManager?.podTemplate, spec.taskManager?.podTemplate];
  const names = otherContainers(templates);
  if (names.length === 0) return [];
  return [
    `Containers ${names.join(', ')} of the pod template are not run: a pod on this machine is one process.`,
  ];
}
