import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKafkaClusters } from './kafka-clusters.ts';

const answering = { is: 'answering', access: { bootstrapServers: '127.0.0.1:1' } } as const;

describe('the clusters of Kafka', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function open() {
    const heard: string[] = [];
    const clusters = createKafkaClusters(['kafka'], (name) => heard.push(name));
    const topics = () => clusters.of('kafka');
    return { clusters, heard, topics };
  }

  it('one that is prepared for the first time is not missed', () => {
    const { clusters, topics } = open();
    clusters.set('kafka', { is: 'preparing' });
    vi.advanceTimersByTime(60_000);
    topics()?.heard(false);
    expect(topics()?.silentMs()).toBe(0);
    expect(topics()?.calls).toBeUndefined();
  });

  it('tells once when one answers', () => {
    const { clusters, heard, topics } = open();
    clusters.set('kafka', answering);
    clusters.set('kafka', answering);
    expect(heard).toEqual(['kafka']);
    expect(topics()?.calls).toBeDefined();
  });

  it.each(['silent', 'preparing'] as const)('counts from when one that answered is %s', (is) => {
    const { clusters, heard, topics } = open();
    clusters.set('kafka', answering);
    clusters.set('kafka', { is });
    vi.advanceTimersByTime(3_000);
    clusters.set('kafka', { is });
    expect(topics()?.silentMs()).toBe(3_000);
    clusters.set('kafka', answering);
    expect(topics()?.silentMs()).toBe(0);
    expect(heard).toEqual(['kafka', 'kafka']);
  });

  it('counts from the first try that failed, until one succeeds', () => {
    const { clusters, heard, topics } = open();
    clusters.set('kafka', answering);
    topics()?.heard(false);
    vi.advanceTimersByTime(2_000);
    topics()?.heard(false);
    expect(topics()?.silentMs()).toBe(2_000);
    topics()?.heard(true);
    expect(topics()?.silentMs()).toBe(0);
    expect(heard).toEqual(['kafka', 'kafka']);
  });

  it('is asked also while it is silent, where it is known where it would answer', () => {
    const { clusters, heard, topics } = open();
    clusters.set('kafka', { ...answering, is: 'silent' });
    expect(topics()?.calls).toBeDefined();
    vi.advanceTimersByTime(1_000);
    expect(topics()?.silentMs()).toBe(1_000);
    clusters.set('kafka', answering);
    expect(heard).toEqual(['kafka']);
  });

  it('does not know what is gone, or was never there', () => {
    const { clusters, topics } = open();
    expect(clusters.of('other')).toBeUndefined();
    clusters.set('kafka', undefined);
    expect(topics()).toBeUndefined();
  });
});
