/* The seller's logo. PNGs are decoded by libpng's simplified interface and handed over as raw pixels with a soft mask: the PDF library's own reader ends the program at a broken file. JPEGs
 * go into the file as they are, once their header has been walked through here. */
#include "core/billing/pdf_parts.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { SIDE_MAX = 4000, BYTES_MAX = 8 << 20 };

static enum status unreadable(struct error *err)
{
	return error_field(err, ST_INVALID, "logo", _("The logo cannot be read: a PNG or JPEG of at most %d × %d pixels is wanted."), SIDE_MAX, SIDE_MAX);
}

static HPDF_Image raw(struct sheet *s, const unsigned char *pixels, unsigned width, unsigned height, bool alpha)
{
	size_t n = (size_t)width * height, step = alpha ? 1 : 3;
	unsigned char *out = mem_alloc(n * step);
	for (size_t i = 0; i < n; i++)
		memcpy(out + i * step, pixels + i * 4 + (alpha ? 3 : 0), step);
	HPDF_Image image = HPDF_LoadRawImageFromMem(s->pdf, out, width, height, alpha ? HPDF_CS_DEVICE_GRAY : HPDF_CS_DEVICE_RGB, 8);
	free(out);
	if (image)
		image->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	return image;
}

static HPDF_Image load_png(struct sheet *s, const void *data, size_t n)
{
	png_image png = {.version = PNG_IMAGE_VERSION};
	HPDF_Image image = NULL;
	if (!png_image_begin_read_from_memory(&png, data, n))
		return NULL;
	if (png.width <= SIDE_MAX && png.height <= SIDE_MAX) {
		png.format = PNG_FORMAT_RGBA;
		unsigned char *pixels = mem_zalloc(PNG_IMAGE_SIZE(png));
		if (png_image_finish_read(&png, NULL, pixels, 0, NULL)) {
			image = raw(s, pixels, png.width, png.height, false);
			HPDF_Image mask = raw(s, pixels, png.width, png.height, true);
			if (image && mask)
				(void)HPDF_Dict_Add(image, "SMask", mask);
		}
		free(pixels);
	}
	png_image_free(&png);
	return image;
}

/* ITU T.81, B.2: markers and lengths up to the frame's header; baseline and progressive frames of 8 bits and 1 or 3 components. */
static bool plain_jpeg(const unsigned char *p, size_t n)
{
	for (size_t at = 2; at + 4 <= n && p[at] == 0xFF;) {
		unsigned marker = p[at + 1], length = (unsigned)p[at + 2] << 8 | p[at + 3];
		if (marker == 0xC0 || marker == 0xC1 || marker == 0xC2) {
			if (length < 8 || at + 10 > n)
				return false;
			unsigned height = (unsigned)p[at + 5] << 8 | p[at + 6], width = (unsigned)p[at + 7] << 8 | p[at + 8];
			return p[at + 4] == 8 && width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX && (p[at + 9] == 1 || p[at + 9] == 3);
		}
		if (length < 2 || marker == 0xD8 || marker == 0xD9 || marker == 0xDA)
			return false;
		at += 2 + length;
	}
	return false;
}

enum status pdf_logo(struct sheet *s, const void *data, size_t n, float x, float y, float max_width, float max_height, float *height, struct error *err)
{
	HPDF_Image image = NULL;
	if (n > BYTES_MAX)
		return unreadable(err);
	if (n > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0)
		image = load_png(s, data, n);
	else if (n > 4 && memcmp(data, "\xFF\xD8", 2) == 0 && plain_jpeg(data, n))
		image = HPDF_LoadJpegImageFromMem(s->pdf, data, (HPDF_UINT)n);
	if (!image)
		return unreadable(err);
	HPDF_Point size = HPDF_Image_GetSize(image);
	float scale = max_width / size.x < max_height / size.y ? max_width / size.x : max_height / size.y;
	if (scale > 0.75F)
		scale = 0.75F; /* a small one is not blown up: 96 pixels an inch */
	(void)HPDF_Page_DrawImage(s->page, image, x, PDF_HEIGHT - y - size.y * scale, size.x * scale, size.y * scale);
	*height = size.y * scale;
	return ST_OK;
}
