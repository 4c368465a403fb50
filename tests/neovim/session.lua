-- What a person does in Neovim, step by step; the first step that fails ends it with an error.

local patience = 20000

local function say(text)
  io.stdout:write(text .. '\n')
end

local function fail(text)
  io.stderr:write('FAILED: ' .. text .. '\n')
  vim.cmd('cquit 1')
end

local function check(what, condition, seen)
  if not condition then
    fail(what .. ': ' .. vim.inspect(seen))
  end
  say('ok: ' .. what)
end

local function codes(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local lsp = diagnostic.user_data and diagnostic.user_data.lsp or {}
    found[#found + 1] = tostring(diagnostic.code or lsp.code)
  end
  table.sort(found)
  return table.concat(found, ' ')
end

local function wait_for_codes(what, expected)
  local buffer = vim.api.nvim_get_current_buf()
  vim.wait(patience, function() return codes(buffer) == expected end, 20)
  check(what, codes(buffer) == expected, { expected = expected, got = codes(buffer) })
end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, patience)
  for _, answer in pairs(answers or {}) do
    if answer.error then
      fail(method .. ': ' .. vim.inspect(answer.error))
    end
    return answer.result
  end
  fail(method .. ' was not answered')
end

-- Neovim renamed these, and 0.12 has the new names alone.
local function clients(filter)
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)(filter)
end

local function stop(client)
  if vim.fn.has('nvim-0.11') == 1 then client:stop() else client.stop() end
end

local function encoding()
  local _, client = next(clients({ bufnr = 0 }))
  return client.offset_encoding
end

local function put_cursor(pattern, offset)
  local row, column = unpack(vim.fn.searchpos(pattern, 'nw'))
  vim.api.nvim_win_set_cursor(0, { row, column - 1 + (offset or 0) })
end

local function titled(actions, title)
  for _, action in ipairs(actions or {}) do
    if action.title == title then return action end
  end
  fail('no action is called "' .. title .. '": ' .. vim.inspect(actions))
end

local function actions()
  local params = vim.lsp.util.make_range_params(0, encoding())
  params.context = { diagnostics = {} }
  return request('textDocument/codeAction', params)
end

local function run()
  wait_for_codes('a misspelt type is told when the file is opened', 'unknown-type')

  put_cursor('slak')
  local action = titled(actions(), 'Change `slak` to `slack`')
  vim.lsp.util.apply_workspace_edit(action.edit, encoding())
  check('a code action mends it', vim.fn.search('"type": "slack"', 'nw') > 0, vim.api.nvim_buf_get_lines(0, 0, -1, false))
  wait_for_codes('what it hid comes to light', 'duplicate-scope')

  put_cursor('users:read', 3)
  local hover = request('textDocument/hover', vim.lsp.util.make_position_params(0, encoding()))
  check('hover explains a scope', vim.inspect(hover):find('users:read', 1, true) ~= nil, hover)

  put_cursor('"users:read"', #'"users:read",')
  vim.api.nvim_put({ ' "files:' }, 'c', true, true)
  local completion = request('textDocument/completion', vim.lsp.util.make_position_params(0, encoding()))
  local items = completion.items or completion
  local labels = {}
  for _, item in ipairs(items) do
    labels[item.label] = item
  end
  check('completion offers a scope', labels['files:read'] ~= nil, vim.tbl_keys(labels))
  check('completion leaves out what is in the list', labels['chat:write'] == nil, vim.tbl_keys(labels))
  vim.lsp.util.apply_text_edits({ labels['files:read'].textEdit }, vim.api.nvim_get_current_buf(), encoding())
  check('the completed scope stands in its quotes', vim.fn.search('"users:read", "files:read"', 'nw') > 0,
    vim.api.nvim_buf_get_lines(0, 0, -1, false))

  vim.cmd('silent write')
  vim.cmd('edit ' .. vim.fn.expand('%:h') .. '/linear.jsonc')
  vim.wait(patience, function() return codes(0):find('syntax%-error') ~= nil end, 20)
  check('a half-typed file is understood', codes(0):find('syntax%-error') ~= nil, codes(0))

  for _, client in pairs(clients()) do
    stop(client)
  end
  local stopped = vim.wait(patience, function() return next(clients()) == nil end, 20)
  check('the server ends when it is stopped', stopped, clients())
end

local ran, problem = pcall(run)
if not ran then fail(tostring(problem)) end
vim.cmd('quitall!')
