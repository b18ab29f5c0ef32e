// The smallest peer: shows how one starts, answers and is told.
import { serve } from './serving.mjs';

await serve({ '/hello': async ({ query, body }) => ({ hello: query.name ?? body.name }) });
