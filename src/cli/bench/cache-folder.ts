/** Where data that can be made again is kept: the user's cache folder, as each system has it. */
import { posix, win32 } from 'node:path'

/** ARCWELD_CACHE where it is set; else `arcweld` in the system's cache folder of the user. */
export const cacheFolder = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string => {
  const path = platform === 'win32' ? win32 : posix
  const own = env['ARCWELD_CACHE']
  if (own) return path.resolve(own)
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'arcweld')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'arcweld')
  const xdg = env['XDG_CACHE_HOME']
  // The XDG specification: a relative path is ignored.
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'arcweld')
}
