import type { BuildOptions, Plugin } from 'esbuild';

export const withoutTranslations: Plugin;
export const programOptions: BuildOptions;
