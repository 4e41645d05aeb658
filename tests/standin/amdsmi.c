/* A stand-in for libamd_smi.so, so that it can be asked without a GPU; laid out as that of ROCm 6.4.
 *
 * Every call looks its answer up in the file that STANDIN_AMDSMI names, afresh each time. A line is
 *     function[/gpu] value...
 * and the last line that fits wins; "*" stands for any gpu. A value "!10" is the status of that number and "hang"
 * never returns; without a line the call is not supported. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint32_t u32;
typedef uint64_t u64;
enum { INVAL = 1, NOT_SUPPORTED = 2, NOT_INIT = 32, ANY = -1 };

static int fits(const char *line, const char *function, long gpu) {
  size_t length = strlen(function);
  if (strncmp(line, function, length) || !strchr("/ \n", line[length])) return 0;
  return line[length] != '/' || line[length + 1] == '*' || atol(line + length + 1) == gpu;
}

static int answer(const char *function, long gpu, char *value, size_t size) {
  char line[1024];
  FILE *file = getenv("STANDIN_AMDSMI") ? fopen(getenv("STANDIN_AMDSMI"), "r") : NULL;
  if (!file) return NOT_INIT;
  int found = 0;
  while (fgets(line, sizeof line, file)) {
    if (!fits(line, function, gpu)) continue;
    char *start = strchr(line, ' ');
    snprintf(value, size, "%s", start ? start + 1 : "");
    value[strcspn(value, "\n")] = 0;
    found = 1;
  }
  fclose(file);
  if (!found) return NOT_SUPPORTED;
  if (!strcmp(value, "hang")) for (;;) pause();
  return value[0] == '!' ? atoi(value + 1) : 0;
}

static long gpu_of(void *handle) { return (long)handle - 1; }

#define ASK(gpu)                                           \
  char value[1024], *next = value;                         \
  int code = answer(__func__, gpu, value, sizeof value);   \
  if (code) return code;                                   \
  (void)next
#define NUMBER strtoull(next, &next, 0)

#define GET_U64(name) int name(void *d, u64 *out) { ASK(gpu_of(d)); *out = NUMBER; return 0; }
#define GET_TEXT(name) int name(void *d, char *out, u32 n) { ASK(gpu_of(d)); snprintf(out, n, "%s", value); return 0; }

int amdsmi_init(u64 flags) { if (flags != 2) return INVAL; ASK(ANY); return 0; }
int amdsmi_shut_down(void) { return 0; }

int amdsmi_get_lib_version(u32 *out) { /* three numbers, a gap, and a pointer to the build's name */
  ASK(ANY);
  for (int i = 0; i < 3; i++) out[i] = NUMBER;
  return 0;
}

int amdsmi_get_socket_handles(u32 *count, void **out) { /* value: how many */
  ASK(ANY);
  u32 room = *count;
  *count = NUMBER;
  for (u32 i = 0; i < *count && i < room; i++) out[i] = (void *)(long)(i + 1);
  return 0;
}

int amdsmi_get_processor_handles(void *socket, u32 *count, void **out) { /* value: how many of this socket */
  ASK(gpu_of(socket));
  u32 room = *count;
  *count = NUMBER;
  for (u32 i = 0; i < *count && i < room; i++) out[i] = socket;
  return 0;
}

int amdsmi_get_processor_type(void *d, u32 *out) { ASK(gpu_of(d)); *out = NUMBER; return 0; }

int amdsmi_get_gpu_device_bdf(void *d, u64 *out) { /* 0000:c1:00.0 */
  ASK(gpu_of(d));
  unsigned domain, bus, device, function;
  if (sscanf(value, "%x:%x:%x.%x", &domain, &bus, &device, &function) != 4) return INVAL;
  *out = (u64)domain << 16 | bus << 8 | device << 3 | function;
  return 0;
}

int amdsmi_get_gpu_device_uuid(void *d, u32 *n, char *out) {
  if (*n < 38) return INVAL;
  ASK(gpu_of(d));
  snprintf(out, *n, "%s", value);
  return 0;
}

typedef struct { char market_name[256]; char rest[640]; } Asic;
int amdsmi_get_gpu_asic_info(void *d, Asic *out) {
  ASK(gpu_of(d));
  memset(out, 0x7f, sizeof *out);
  strncpy(out->market_name, value, sizeof out->market_name - 1);
  out->market_name[sizeof out->market_name - 1] = 0;
  return 0;
}

typedef struct { u32 type, vendor; u64 size; u32 bits; u64 bandwidth, reserved[4]; } Vram;
int amdsmi_get_gpu_vram_info(void *d, Vram *out) {
  ASK(gpu_of(d));
  memset(out, 0x7f, sizeof *out);
  out->type = NUMBER;
  return 0;
}

typedef struct { u64 correctable, uncorrectable, deferred, reserved[5]; } Errors;
int amdsmi_get_gpu_total_ecc_count(void *d, Errors *out) {
  ASK(gpu_of(d));
  out->correctable = NUMBER, out->uncorrectable = NUMBER, out->deferred = NUMBER;
  return 0;
}

typedef struct { u32 total, status[8]; u64 reserved[7]; } Links;
int amdsmi_get_gpu_xgmi_link_status(void *d, Links *out) { /* how many, and the state of each */
  ASK(gpu_of(d));
  out->total = NUMBER;
  for (u32 i = 0; i < 8; i++) out->status[i] = NUMBER;
  return 0;
}

typedef struct { u64 times_and_shares[15]; uint8_t active[6]; u64 reserved[3]; } Violations;
int amdsmi_get_violation_status(void *d, Violations *out) { /* five flags */
  ASK(gpu_of(d));
  memset(out, 1, sizeof *out);
  for (int i = 0; i < 5; i++) out->active[i] = NUMBER;
  return 0;
}

int amdsmi_is_P2P_accessible(void *a, void *b, _Bool *out) { (void)b; ASK(gpu_of(a)); *out = NUMBER; return 0; }

GET_U64(amdsmi_get_gpu_ecc_enabled)
GET_TEXT(amdsmi_get_gpu_vram_vendor)
GET_TEXT(amdsmi_get_gpu_compute_partition)
GET_TEXT(amdsmi_get_gpu_memory_partition)
