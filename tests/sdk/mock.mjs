// A mock-ghl of one's own for a test file: started on a free port, ended with the file.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const program = process.env.MOCK_GHL ?? new URL('../../build/release/bin/mock-ghl', import.meta.url).pathname;

export async function startMock(...options) {
  const child = spawn(program, ['--listen', '127.0.0.1:0', ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const origin = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`mock-ghl ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = line.match(/listening on (\S+)/);
      if (match) resolve(match[1]);
    });
  });
  const admin = async (method, path, body) => {
    const response = await fetch(`${origin}/__mock/${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text.length > 0 ? JSON.parse(text) : undefined;
  };
  return { origin, admin, stop: () => child.kill('SIGTERM') };
}
