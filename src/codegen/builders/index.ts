/** The code of each builder. */
import type { Builder } from '../../ir/program.ts'
import { withFilters } from '../filters/build.ts'
import { appenderCode } from './appender.ts'
import { dictmergerCode } from './dictmerger.ts'
import { framerCode } from './framer.ts'
import { groupsCode } from './groups.ts'
import { groupLayout, groupmergerCode } from './groupmerger.ts'
import { mergerCode } from './merger.ts'
import type { BuilderCode } from './sink.ts'
import { isRowAppender, rowAppenderCode } from './row-appender.ts'
import { sorterCode } from './sorter.ts'
import { vecmergerCode } from './vecmerger.ts'

export const builderCode = (builder: Builder): BuilderCode => {
  switch (builder.builder) {
    case 'merger':
      return mergerCode(builder)
    case 'dictmerger':
      return dictmergerCode(builder)
    case 'groupmerger':
      return builder.contiguous ? groupsCode(builder) : withFilters(builder, groupLayout(builder), groupmergerCode(builder))
    case 'vecmerger':
      return vecmergerCode(builder)
    case 'framer':
      return framerCode(builder)
    case 'sorter':
      return sorterCode(builder)
    case 'appender':
      return isRowAppender(builder) ? rowAppenderCode(builder) : appenderCode(builder)
  }
}
