#include "core/billing/stripe.h"
#include "core/billing/pdf.h"
#include "core/billing/epc.h"
#include "core/base/json.h"
#include <string.h>
enum status pdf_make(const struct document *d, const struct pdf_options *o, struct buf *out, struct error *err){(void)d;(void)o;buf_puts(out,"%PDF-stub");(void)err;return ST_OK;}
char *rf_reference(struct arena *a, const char *base){return arena_printf(a,"RF00%s",base);}
void document_write(const struct document *d, struct buf *out){buf_printf(out,"{\"n\":\"%s\",\"g\":%lld}",d->number?d->number:"",(long long)d->totals.gross);}
enum status document_read(const char *json, size_t n, struct arena *a, struct document *out, struct error *err){(void)a;(void)err;(void)json;(void)n;*out=(struct document){0};return ST_OK;}
enum status document_total(struct document *d, int64_t prepaid, struct arena *a, struct error *err){
 struct bill_line *l=arena_alloc(a,(d->n_lines+1)*sizeof *l); for(size_t i=0;i<d->n_lines;i++) l[i]=(struct bill_line){d->lines[i].quantity,d->lines[i].unit_price,d->lines[i].discount_pct,d->lines[i].discount,d->lines[i].category,d->lines[i].rate_bp,d->lines[i].exemption};
 return bill_total(l,d->n_lines,NULL,0,d->currency,prepaid,a,&d->totals,err);}
