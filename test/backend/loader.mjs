/** Reports every module that is loaded. */
let port
export const initialize = (data) => {
  port = data.port
}
export const load = async (url, context, next) => {
  port.postMessage(url)
  return next(url, context)
}
