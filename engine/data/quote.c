/* Cites: whether the document that a data file names holds the words that it quotes.
 * Invariant: a document is read once, by the plan or by the data, however many files and cites ask for it. */
#include "data/intake.h"

#include <string.h>

static const gp_document *document_find(const gp_intake *in, gp_text path) {
    for (size_t i = 0; i < in->ndocuments; i++)
        if (gp_text_eq(in->documents[i].path, path)) return &in->documents[i];
    return NULL;
}

/* The document that the plan has read already. */
static bool is_of_plan(const gp_plan *p, gp_text folder, gp_text path) {
    return p->source.s && gp_text_eq(p->folder, folder) && gp_text_eq(p->source_path, path);
}

void gp_document_use(gp_intake *in, gp_text folder, gp_written path) {
    gp_frame *f = in->frame;
    gp_text whole = gp_file_join(f->arena, folder, path.text);
    in->document = document_find(in, whole);
    if (in->document) return;
    gp_document *doc = GP_PUSH(f->arena, in->documents, in->ndocuments, in->cap_documents);
    *doc = (gp_document){.path = whole};
    in->document = doc;
    if (is_of_plan(f->plan, folder, path.text)) {
        doc->squeezed = f->plan->source;
        return;
    }
    gp_file file;
    if (gp_file_read(&file, f->arena, f->diags, folder, path.text, GP_FILE_INSIDE, path.at))
        doc->squeezed = gp_cite_squeeze(f->arena, file.text);
}

/* A YAML file can name its document, so a cite there needs one; a table has only the plan's, and its cites stand unchecked without it. */
static bool document_due(gp_intake *in, gp_written cite) {
    const gp_plan *p = in->frame->plan;
    if (!in->document && p->source_path.s) gp_document_use(in, p->folder, (gp_written){.text = p->source_path, .at = cite.at});
    if (in->document) return in->document->squeezed.s != NULL;
    if (!in->yaml) return false;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_CITE_NO_SOURCE, cite.at, "a cite, but no document that it quotes");
    gp_hint(in->frame->diags, diag, "name the document: `source: FILE` in this file or in the plan");
    return false;
}

/* The document is squeezed already, so only the quote has to be. */
static bool stands_in(gp_intake *in, gp_text document, gp_text quote) {
    gp_text q = gp_cite_squeeze(in->frame->arena, quote);
    return q.n <= document.n && memmem(document.s, document.n, q.s, q.n) != NULL;
}

void gp_quote_check(gp_intake *in, gp_written cite) {
    gp_diags *d = in->frame->diags;
    if (gp_text_trim(cite.text).n == 0) {
        gp_report(d, GP_D_DATA_EMPTY, cite.at, "the cite is empty");
        return;
    }
    if (!document_due(in, cite) || stands_in(in, in->document->squeezed, cite.text)) return;
    gp_report(d, GP_D_CITE_NOT_FOUND, cite.at, "this quote does not stand in `%.*s`", GP_ARG(in->document->path));
}
