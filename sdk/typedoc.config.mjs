// The reference of the SDK, made from its comments: npm run docs writes it to target/docs/sdk.
import { OptionDefaults } from 'typedoc';

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'Tributary SDK',
  entryPoints: ['src/index.ts'],
  tsconfig: 'tsconfig.build.json',
  out: '../target/docs/sdk',
  readme: 'README.md',
  projectDocuments: ['CHANGELOG.md'],
  // The API's description is told in the words of its own generator.
  blockTags: [...OptionDefaults.blockTags, '@description', '@constant'],
  disableSources: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatWarningsAsErrors: true,
};
