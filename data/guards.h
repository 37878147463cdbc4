/* The triggers that a SQLite file of ours may hold, word for word: issued documents stay as they are. A file with any other is refused when it is opened
 * (sqlite.c), since who put it there wants our statements to do something else (SEC-20). PostgreSQL has its own, in the migration. */
#ifndef DATA_GUARDS_H
#define DATA_GUARDS_H

#define GUARD_ISSUED_DIFFERS(is_not)                                                                                                                  \
	"OLD.number " is_not " NEW.number OR OLD.document " is_not " NEW.document OR OLD.issued_hash " is_not " NEW.issued_hash OR OLD.prev_hash " is_not        \
	" NEW.prev_hash OR OLD.seq " is_not " NEW.seq OR OLD.type " is_not " NEW.type OR OLD.currency " is_not " NEW.currency OR OLD.net_minor " is_not         \
	" NEW.net_minor OR OLD.vat_minor " is_not " NEW.vat_minor OR OLD.gross_minor " is_not " NEW.gross_minor OR OLD.issue_date " is_not                     \
	" NEW.issue_date OR OLD.due_date " is_not " NEW.due_date OR NEW.deleted_at IS NOT NULL"

#define GUARD_ISSUED(row) "EXISTS (SELECT 1 FROM invoices i WHERE i.id = " row ".invoice_id AND i.number IS NOT NULL)"

/* X(name, event, condition) */
#define GUARDS(X)                                                                                                                                     \
	X("invoices_stay", "UPDATE ON invoices", "OLD.number IS NOT NULL AND (" GUARD_ISSUED_DIFFERS("IS NOT") ")")                                      \
	X("invoices_are_kept", "DELETE ON invoices", "OLD.number IS NOT NULL")                                                                          \
	X("invoice_lines_stay", "UPDATE ON invoice_lines", GUARD_ISSUED("OLD") " OR " GUARD_ISSUED("NEW"))                                                \
	X("invoice_lines_are_kept", "DELETE ON invoice_lines", GUARD_ISSUED("OLD"))                                                                      \
	X("invoice_lines_are_all", "INSERT ON invoice_lines", GUARD_ISSUED("NEW"))

#define GUARD(name, event, condition) \
	"CREATE TRIGGER " name " BEFORE " event " WHEN " condition " BEGIN SELECT RAISE(ABORT, 'an issued invoice stays as it is'); END"

#endif
