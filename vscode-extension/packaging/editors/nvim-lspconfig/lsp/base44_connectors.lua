---@brief
---
--- https://github.com/base44-connectors/base44-connectors
---
--- Language server for the connector files of Base44 apps. Install it with
---
--- ```sh
--- npm install --global base44-connectors
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'base44-connectors', 'lsp' },
  filetypes = { 'json', 'jsonc', 'json5' },
  root_markers = { 'base44/config.jsonc', 'base44/config.json' },
  workspace_required = true,
}
