/** The Flink that the local platform runs. Maven Central and PyPI both have this patch version; later ones only PyPI. */
export const flinkVersion = '2.2.0';
