import { imageName } from '../../engines/engine.ts';
import { chooseS3Access } from '../../engines/flink/s3.ts';
import { flinkVersion } from '../../engines/flink/version.ts';
import { environmentNames, otherContainers } from './pod-template.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** What a spec asks for that only containers have, and what stands for it where pods are processes. */
export function describeReplacements(
  spec: FlinkDeploymentSpec,
  isMapped: (image: string) => boolean,
): readonly string[] {
  const isKnown = spec.image !== undefined && isMapped(spec.image);
  return [...(isKnown ? [] : describeImage(spec)), ...describeContainers(spec)];
}

/** What the status says of S3 addresses that no S3 stands behind. `undefined`: nothing. */
export function describeStorage(spec: FlinkDeploymentSpec): string | undefined {
  const templates = [spec.podTemplate, spec.jobManager?.podTemplate, spec.taskManager?.podTemplate];
  if (chooseS3Access(spec.flinkConfiguration ?? {}, environmentNames(templates)) !== 'folder')
    return undefined;
  return (
    'No S3 endpoint is configured: folders of this machine, in the volume flink-data of the namespace, stand for the buckets. ' +
    'To use a real one set s3.endpoint, and its credentials by secret_env or the pod template (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).'
  );
}

function describeImage({ image }: FlinkDeploymentSpec): readonly string[] {
  if (image === undefined || (imageName(image) === 'flink' && image.includes(`:${flinkVersion}`))) return [];
  return [
    `Image ${image} cannot run without containers: Flink ${flinkVersion} of this machine runs in its place, with the Kafka connector and sdp's runner. ` +
      'What the image adds besides is not there: name folders for it in sdp.yaml (images), or give jars by jarURI and Python packages by requirements.',
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
