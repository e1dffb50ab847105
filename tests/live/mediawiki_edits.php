<?php
// Edits of a wiki: one JSON object a line on standard input, {title, text, summary, user}; text null deletes the page.
require '/usr/share/mediawiki/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;

class MediaWikiEdits extends Maintenance {
	public function execute() {
		$pages = MediaWikiServices::getInstance()->getWikiPageFactory();
		while ( ( $line = fgets( STDIN ) ) !== false ) {
			$edit = json_decode( $line, true );
			$title = Title::newFromText( $edit['title'] );
			$user = User::newSystemUser( $edit['user'], [ 'steal' => true ] );
			$page = $pages->newFromTitle( $title );
			$status = $edit['text'] === null
				? $page->doDeleteArticleReal( $edit['summary'], $user )
				: $page->doUserEditContent( ContentHandler::makeContent( $edit['text'], $title ), $user, $edit['summary'] );
			if ( !$status->isOK() ) {
				$this->fatalError( $edit['title'] . ': ' . $status->getWikiText() );
			}
			DeferredUpdates::doUpdates();
		}
	}
}

$maintClass = MediaWikiEdits::class;
require RUN_MAINTENANCE_IF_MAIN;
