/* A stand-in for libnvidia-ml.so.1, so that the real pynvml runs without a GPU.
 *
 * Every call looks its answer up in the file that STANDIN_NVML names, afresh each time. A line is
 *     function[/gpu[/argument]] value...
 * and the last line that fits wins. "*" stands for any gpu. A value "!15" is the NVML error of that number and
 * "hang" never returns; without a line the call is not supported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
enum { NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, UNINITIALIZED = 1, NONE = -1 };

static long part(const char **text) { /* one "/number" of a line's subject; -2 if there is none, -1 for "*" */
  if (**text != '/') return -2;
  ++*text;
  if (**text == '*') return ++*text, NONE;
  return strtol(*text, (char **)text, 10);
}

static int fits(const char *line, const char *function, long gpu, long argument) {
  size_t length = strlen(function);
  if (strncmp(line, function, length) || !strchr("/ \n", line[length])) return 0;
  const char *rest = line + length;
  long wanted_gpu = part(&rest), wanted_argument = part(&rest);
  return (wanted_gpu < 0 || wanted_gpu == gpu) && (wanted_argument < 0 || wanted_argument == argument);
}

static int answer(const char *function, long gpu, long argument, char *value, size_t size) {
  char line[4096];
  FILE *file = getenv("STANDIN_NVML") ? fopen(getenv("STANDIN_NVML"), "r") : NULL;
  if (!file) return UNINITIALIZED;
  int found = 0;
  while (fgets(line, sizeof line, file)) {
    if (!fits(line, function, gpu, argument)) continue;
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

#define ASK(gpu, argument)                                              \
  char value[4096], *next = value;                                      \
  int code = answer(__func__, gpu, argument, value, sizeof value);      \
  if (code) return code;                                                \
  (void)next
#define NUMBER strtoull(next, &next, 0)

#define GET_U32(name) int name(void *d, u32 *out) { ASK(gpu_of(d), NONE); *out = NUMBER; return 0; }
#define GET_U64(name) int name(void *d, u64 *out) { ASK(gpu_of(d), NONE); *out = NUMBER; return 0; }
#define GET_U32_OF(name) int name(void *d, u32 of, u32 *out) { ASK(gpu_of(d), of); *out = NUMBER; return 0; }
#define GET_TWO(name) \
  int name(void *d, u32 *a, u32 *b) { ASK(gpu_of(d), NONE); *a = NUMBER; *b = NUMBER; return 0; }
#define GET_TEXT(name) \
  int name(void *d, char *out, u32 n) { ASK(gpu_of(d), NONE); snprintf(out, n, "%s", value); return 0; }
#define GET_PAIR(name) \
  int name(void *a, void *b, u32 *out) { ASK(gpu_of(a), gpu_of(b)); *out = NUMBER; return 0; }

int nvmlInitWithFlags(u32 flags) { (void)flags; ASK(NONE, NONE); return 0; }
int nvmlInit_v2(void) { ASK(NONE, NONE); return 0; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { (void)code; return "an error of the stand-in"; }
int nvmlSystemGetDriverVersion(char *out, u32 n) { ASK(NONE, NONE); snprintf(out, n, "%s", value); return 0; }
int nvmlSystemGetNVMLVersion(char *out, u32 n) { ASK(NONE, NONE); snprintf(out, n, "%s", value); return 0; }
int nvmlSystemGetCudaDriverVersion_v2(int *out) { ASK(NONE, NONE); *out = NUMBER; return 0; }
int nvmlSystemGetCudaDriverVersion(int *out) { return nvmlSystemGetCudaDriverVersion_v2(out); }
int nvmlDeviceGetCount_v2(u32 *out) { ASK(NONE, NONE); *out = NUMBER; return 0; }
int nvmlDeviceGetHandleByIndex_v2(u32 index, void **out) {
  char value[64] = "";
  int code = answer(__func__, index, NONE, value, sizeof value);
  if (code && code != NOT_SUPPORTED) return code;
  *out = (void *)((long)index + 1);
  return 0;
}

GET_TEXT(nvmlDeviceGetName)
GET_TEXT(nvmlDeviceGetUUID)
GET_TEXT(nvmlDeviceGetVbiosVersion)
GET_TEXT(nvmlDeviceGetSerial)
GET_U32(nvmlDeviceGetArchitecture)
GET_U32(nvmlDeviceGetNumGpuCores)
GET_U32(nvmlDeviceGetMemoryBusWidth)
GET_U32(nvmlDeviceGetNumaNodeId)
GET_U32(nvmlDeviceGetVirtualizationMode)
GET_U32(nvmlDeviceGetCurrPcieLinkGeneration)
GET_U32(nvmlDeviceGetMaxPcieLinkGeneration)
GET_U32(nvmlDeviceGetGpuMaxPcieLinkGeneration)
GET_U32(nvmlDeviceGetCurrPcieLinkWidth)
GET_U32(nvmlDeviceGetMaxPcieLinkWidth)
GET_U32(nvmlDeviceGetPcieReplayCounter)
GET_U32(nvmlDeviceGetPowerUsage)
GET_U32(nvmlDeviceGetPowerManagementLimit)
GET_U32(nvmlDeviceGetEnforcedPowerLimit)
GET_U32(nvmlDeviceGetPowerManagementDefaultLimit)
GET_U32(nvmlDeviceGetPerformanceState)
GET_U32(nvmlDeviceGetFanSpeed)
GET_U32(nvmlDeviceGetRetiredPagesPendingStatus)
GET_U32(nvmlDeviceGetMaxMigDeviceCount)
GET_U32(nvmlDeviceGetPersistenceMode)
GET_U32(nvmlDeviceGetComputeMode)
GET_U32(nvmlDeviceGetDisplayMode)
GET_U32(nvmlDeviceGetDisplayActive)
GET_U32(nvmlDeviceGetGpuInstanceId)
GET_U32(nvmlDeviceIsMigDeviceHandle)
GET_U64(nvmlDeviceGetCurrentClocksEventReasons)
GET_U64(nvmlDeviceGetCurrentClocksThrottleReasons)
GET_U32_OF(nvmlDeviceGetClockInfo)
GET_U32_OF(nvmlDeviceGetMaxClockInfo)
GET_U32_OF(nvmlDeviceGetTemperature)
GET_U32_OF(nvmlDeviceGetTemperatureThreshold)
GET_U32_OF(nvmlDeviceGetNvLinkState)
GET_U32_OF(nvmlDeviceGetNvLinkVersion)
GET_U32_OF(nvmlDeviceGetNvLinkRemoteDeviceType)
GET_TWO(nvmlDeviceGetCudaComputeCapability)
GET_TWO(nvmlDeviceGetPowerManagementLimitConstraints)
GET_TWO(nvmlDeviceGetEccMode)
GET_TWO(nvmlDeviceGetMigMode)
GET_TWO(nvmlDeviceGetDriverModel)
GET_TWO(nvmlDeviceGetEncoderUtilization)
GET_TWO(nvmlDeviceGetDecoderUtilization)
GET_PAIR(nvmlDeviceGetTopologyCommonAncestor)

int nvmlDeviceGetIndex(void *d, u32 *out) { *out = gpu_of(d); return 0; }
int nvmlDeviceGetGspFirmwareVersion(void *d, char *out) { ASK(gpu_of(d), NONE); strcpy(out, value); return 0; }

int nvmlDeviceGetP2PStatus(void *a, void *b, u32 what, u32 *out) {
  (void)what;
  ASK(gpu_of(a), gpu_of(b));
  *out = NUMBER;
  return 0;
}

int nvmlDeviceGetUtilizationRates(void *d, u32 *out) {
  ASK(gpu_of(d), NONE);
  out[0] = NUMBER;
  out[1] = NUMBER;
  return 0;
}

int nvmlDeviceGetMemoryInfo(void *d, u64 *out) { /* total, free, used */
  ASK(gpu_of(d), NONE);
  for (int i = 0; i < 3; i++) out[i] = NUMBER;
  return 0;
}

int nvmlDeviceGetMemoryInfo_v2(void *d, u64 *out) { /* version, total, reserved, free, used */
  ASK(gpu_of(d), NONE);
  for (int i = 1; i < 5; i++) out[i] = NUMBER;
  return 0;
}

int nvmlDeviceGetTotalEccErrors(void *d, u32 type, u32 counter, u64 *out) { /* argument: type + 2 * counter */
  ASK(gpu_of(d), type + 2 * counter);
  *out = NUMBER;
  return 0;
}

int nvmlDeviceGetRemappedRows(void *d, u32 *a, u32 *b, u32 *pending, u32 *failed) {
  ASK(gpu_of(d), NONE);
  *a = NUMBER, *b = NUMBER, *pending = NUMBER, *failed = NUMBER;
  return 0;
}

int nvmlDeviceGetRetiredPages(void *d, u32 cause, u32 *count, u64 *out) { /* addresses */
  ASK(gpu_of(d), cause);
  u32 room = *count;
  for (*count = 0; *next; ++*count) {
    u64 address = NUMBER;
    if (out && *count < room) out[*count] = address;
  }
  return 0;
}

typedef struct { char legacy[16]; u32 domain, bus, device, id, subsystem; char bus_id[32]; } Pci;

static int pci(char *value, Pci *out) { /* 0000:01:00.0 0x268410de 0x16f41043 */
  char *next = value + strcspn(value, " ");
  memset(out, 0, sizeof *out);
  out->id = NUMBER, out->subsystem = NUMBER;
  sscanf(value, "%x:%x:%x", &out->domain, &out->bus, &out->device);
  snprintf(out->bus_id, sizeof out->bus_id, "%08X:%02X:%02X.0", out->domain, out->bus, out->device);
  snprintf(out->legacy, sizeof out->legacy, "%04X:%02X:%02X.0", out->domain, out->bus, out->device);
  return 0;
}

int nvmlDeviceGetPciInfo_v3(void *d, Pci *out) { ASK(gpu_of(d), NONE); return pci(value, out); }
int nvmlDeviceGetNvLinkRemotePciInfo_v2(void *d, u32 link, Pci *out) {
  ASK(gpu_of(d), link);
  return pci(value, out);
}

typedef struct { u32 pid; u64 memory; u32 gpu_instance, compute_instance; } Process;

static int processes(char *value, u32 *count, Process *out) { /* pid bytes pid bytes ... */
  char *next = value;
  u32 room = *count;
  for (*count = 0; *next; ++*count) {
    Process one = {NUMBER, NUMBER, ~0u, ~0u};
    if (out && *count < room) out[*count] = one;
  }
  return *count > room ? INSUFFICIENT_SIZE : 0;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void *d, u32 *count, Process *out) {
  ASK(gpu_of(d), NONE);
  return processes(value, count, out);
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *d, u32 *count, Process *out) {
  ASK(gpu_of(d), NONE);
  return processes(value, count, out);
}

typedef struct { u32 field, scope; long long time, latency; u32 type; int code; u64 value; } Field;

int nvmlDeviceGetFieldValues(void *d, int count, Field *fields) { /* argument: the field's number */
  ASK(gpu_of(d), NONE);
  for (int i = 0; i < count; i++) {
    fields[i].code = answer("field", gpu_of(d), fields[i].field, value, sizeof value);
    fields[i].type = 1;
    next = value;
    fields[i].value = fields[i].code ? 0 : NUMBER;
  }
  return 0;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void *d, u32 index, void **out) { /* value: gpu number that answers for it */
  ASK(gpu_of(d), index);
  *out = (void *)(NUMBER + 1);
  return 0;
}
