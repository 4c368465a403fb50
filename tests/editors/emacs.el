;;; What a person does in Emacs with eglot, step by step; the first step that fails ends it with an error.  -*- lexical-binding: t -*-

(require 'eglot)
(require 'flymake)

(defconst base44-connectors-patience 60 "Seconds that a step may take.")

(defun base44-connectors-check (what condition &optional seen)
  "Say that WHAT holds where CONDITION is true; else fail and show what was SEEN."
  (if condition
      (princ (format "ok: %s\n" what))
    (princ (format "FAILED: %s: %S\n" what seen))
    (kill-emacs 1)))

(defun base44-connectors-wait (condition)
  "Wait until CONDITION gives something, and give that; nothing where it takes too long."
  (let ((until (+ (float-time) base44-connectors-patience)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) until))
      (accept-process-output nil 0.05)
      (sit-for 0.05))
    found))

(defun base44-connectors-told (text)
  "The finding whose message has TEXT in it."
  (seq-find (lambda (diagnostic) (string-search text (flymake-diagnostic-text diagnostic)))
            (flymake-diagnostics)))

(defun base44-connectors-session ()
  "Open a file, take a fix, hover, complete, and stop the server."
  ;; Without a person nothing is started on idle: what the settings start is started at once.
  (unless (eglot-managed-p) (apply #'eglot (append (eglot--guess-contact) nil)))
  (base44-connectors-check "the settings start the server" (base44-connectors-wait #'eglot-current-server))
  (flymake-start)
  (let ((told (base44-connectors-wait (lambda () (base44-connectors-told "is no known type")))))
    (base44-connectors-check "a misspelt type is told when the file is opened" told (flymake-diagnostics))
    (goto-char (flymake-diagnostic-beg told)))
  (let* ((actions (append (eglot-code-actions (point) nil) nil))
         (fix (seq-find (lambda (action) (equal (plist-get action :title) "Change `slak` to `slack`")) actions)))
    (base44-connectors-check "a code action is offered" fix actions)
    (eglot-execute (eglot-current-server) fix)
    (base44-connectors-check "it mends the type" (string-search "\"type\": \"slack\"" (buffer-string)) (buffer-string)))
  (goto-char (point-min))
  (search-forward "users:re")
  ;; A person's pause sends what was changed; here nothing pauses.
  (eglot--signal-textDocument/didChange)
  (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (base44-connectors-check "hover explains a scope" (string-search "users:read" (format "%S" hover)) hover))
  (search-forward "\"")
  (insert ", \"files:re")
  (pcase-let* ((`(,start ,end ,table . ,_) (eglot-completion-at-point))
               (offered (all-completions (buffer-substring start end) table)))
    (base44-connectors-check "completion offers a scope" (seq-some (lambda (item) (string-search "files:read" item)) offered)
                             (list (buffer-substring start end) offered)))
  (set-buffer-modified-p nil)
  (let ((server (eglot-current-server)))
    (eglot-shutdown server)
    (base44-connectors-check "the server ends when it is stopped" (not (jsonrpc-running-p server)))))
