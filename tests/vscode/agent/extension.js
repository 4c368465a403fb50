// Asks for a number, a tool and its input, `1 name {"input": 1}`, and shows the answer as a file that begins with the
// number; without a tool, the names of those there are.
const { commands, CancellationTokenSource, lm, window, workspace } = require('vscode');

exports.activate = ({ subscriptions }) => {
  subscriptions.push(commands.registerCommand('testAgent.call', call));
};

async function call() {
  const line = await window.showInputBox({ placeHolder: 'number tool {input}' });
  if (line === undefined) {
    return;
  }
  const [, number, name, input] = /^(\d+) ?(\S*) ?(.*)$/.exec(line);
  const content = name === '' ? lm.tools.map((tool) => tool.name).join('\n') : await answer(name, input);
  await window.showTextDocument(await workspace.openTextDocument({ content: `answer ${number}:\n${content}` }));
}

async function answer(name, input) {
  try {
    const options = { input: JSON.parse(input || '{}'), toolInvocationToken: undefined };
    const { content } = await lm.invokeTool(name, options, new CancellationTokenSource().token);
    return content.map(({ value }) => value).join('\n');
  } catch (error) {
    return `error: ${error.message}`;
  }
}
