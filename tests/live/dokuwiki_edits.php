<?php
// Edits of a wiki: one JSON object a line on standard input, {title, text, summary, user}; no text deletes the page.
define('DOKU_INC', '/usr/share/dokuwiki/');
define('NOSESSION', 1);
require_once(DOKU_INC . 'inc/init.php');

while (($line = fgets(STDIN)) !== false) {
    $edit = json_decode($line, true);
    $_SERVER['REMOTE_USER'] = $edit['user'];
    saveWikiText($edit['title'], $edit['text'] ?? '', $edit['summary']);
}
