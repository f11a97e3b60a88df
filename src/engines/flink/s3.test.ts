import { describe, expect, it } from 'vitest';
import { chooseS3Access, mapBuckets, type S3Access } from './s3.ts';

describe('chooseS3Access', () => {
  it.each<[S3Access, string, Record<string, string>, string[]]>([
    ['none', 'no address', { 'state.checkpoints.dir': 'file:///flink-data' }, ['AWS_ACCESS_KEY_ID']],
    ['folder', 'an address alone', { 'state.checkpoints.dir': 's3a://team/flink' }, []],
    [
      'plugin',
      'an endpoint',
      { 'state.checkpoints.dir': 's3://team/flink', 's3.endpoint': 'http://127.0.0.1:1' },
      [],
    ],
    [
      'plugin',
      "Hadoop's own keys",
      { 'state.savepoints.dir': 's3a://team/flink', 'fs.s3a.endpoint.region': 'x' },
      [],
    ],
    [
      'plugin',
      'credentials in the environment',
      { 'state.checkpoints.dir': 's3://team/x' },
      ['AWS_ACCESS_KEY_ID'],
    ],
    ['folder', 'another environment', { 'state.checkpoints.dir': 's3://team/x' }, ['HOME']],
  ])('%s: %s', (access, _what, configuration, variables) => {
    expect(chooseS3Access(configuration, variables)).toBe(access);
  });
});

describe('mapBuckets', () => {
  it('puts a folder in the place of each bucket', () => {
    const configuration = {
      'state.checkpoints.dir': 's3a://team/flink/checkpoints',
      'state.savepoints.dir': 's3://other',
      'taskmanager.numberOfTaskSlots': '2',
    };
    expect(mapBuckets(configuration, '/data/s3')).toEqual({
      'state.checkpoints.dir': 'file:///data/s3/team/flink/checkpoints',
      'state.savepoints.dir': 'file:///data/s3/other',
      'taskmanager.numberOfTaskSlots': '2',
    });
  });

  it.each(['s3://../x', 's3://team/../../x', 's3://.hidden/x'])(
    'leaves %s, which would lead out',
    (value) => {
      expect(mapBuckets({ key: value }, '/data/s3')).toEqual({ key: value });
    },
  );
});
