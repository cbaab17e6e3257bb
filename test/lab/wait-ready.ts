import {get} from 'node:http';
import {text} from 'node:stream/consumers';
import {z} from 'zod';

/**
 * Waits until every page answers as it should: [{name, host, port, path, body}] on stdin. A program of its own, because
 * the pages are only reached from the operator's namespace. Says who was not in time, and exits 1.
 */
const Pages = z.object({
  withinMs: z.number(),
  pages: z.array(
    z.object({name: z.string(), host: z.string(), port: z.number(), path: z.string(), body: z.string()}),
  ),
});

type Page = z.infer<typeof Pages>['pages'][number];

const bodyOf = ({host, port, path}: Page): Promise<string | null> =>
  new Promise(resolve => {
    const request = get({host, port, path, agent: false, timeout: 2000}, response => {
      text(response).then(resolve, () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });

const {pages, withinMs} = Pages.parse(JSON.parse(await text(process.stdin)));
const end = Date.now() + withinMs;
const late = await Promise.all(
  pages.map(async page => {
    while (Date.now() < end) {
      if ((await bodyOf(page))?.trim() === page.body) return [];
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    return [page.name];
  }),
);
if (late.flat().length > 0) {
  process.stderr.write(`not ready within ${withinMs / 1000} s: ${late.flat().join(', ')}\n`);
  process.exitCode = 1;
}
