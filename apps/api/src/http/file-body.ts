/** Where people bring files: the body is the file, as it is. The route reads it itself, within a limit of its own. */
const FILE_PATHS = [/^\/api\/v1\/imports(\?|$)/, /^\/api\/v1\/appeals\/[^/?]+\/files(\?|$)/];

/** Is the body a file that a route takes? A form of a foreign page cannot send this media type without asking first. */
export const isFileBody = (url: string, mediaType: string): boolean =>
  mediaType === 'application/octet-stream' && FILE_PATHS.some((path) => path.test(url));
