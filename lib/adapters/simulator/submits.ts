import { hexOf, uuidOf } from './ids.ts';
import type { SystemName } from './systems.ts';
import type { Body } from './systems/system.ts';

/** A call that starts a job, and how the service records it. */
export interface Submit {
  method: 'POST' | 'PUT';
  path: string;
  /** As the Cloud Trace Service names it. */
  operation: string;
  resourceType: string;
  /** What is made has no id before the job has ended where this is missing. */
  answer: (jobId: string, name: string) => Body;
  status: number;
}

const plain = (jobId: string): Body => ({ job_id: jobId });
const camel = (jobId: string): Body => ({ jobId });
const post = (
  path: string,
  operation: string,
  resourceType: string,
  answer: Submit['answer'] = plain,
  status = 200,
): Submit => ({ method: 'POST', path, operation, resourceType, answer, status });

/** Databases. What is made stands beside the job's id, or around it. */
const NEW_INSTANCE = ['/v3/{project_id}/instances', 'createInstance', 'instance'] as const;
const inInstance: Submit['answer'] = (jobId, name) => ({
  instance: { id: uuidOf('instance', jobId), name, status: 'BUILD' },
  job_id: jobId,
});
const ofInstance: Submit['answer'] = (jobId, name) => ({
  id: uuidOf('instance', jobId),
  name,
  status: 'creating',
  job_id: jobId,
});
const ofCluster: Submit['answer'] = (jobId, name) => ({
  kind: 'Cluster',
  apiVersion: 'v3',
  metadata: { name, uid: uuidOf('cluster', jobId) },
  status: { phase: 'Creating', jobID: jobId },
});

/** By service. The first is what a job that is scripted was started by, unless its script says otherwise. */
export const SUBMITS: Readonly<Record<string, readonly Submit[]>> = {
  ecs: [
    post('/v1.1/{project_id}/cloudservers', 'createServer', 'ecs', (jobId) => ({
      job_id: jobId,
      serverIds: [uuidOf('server', jobId)],
    })),
    post('/v1/{project_id}/cloudservers', 'createServer', 'ecs'),
    post('/v1/{project_id}/cloudservers/delete', 'deleteServer', 'ecs'),
    post('/v1/{project_id}/cloudservers/action', 'rebootServer', 'ecs'),
  ],
  elb: [post('/v1.0/{project_id}/elbaas/loadbalancers', 'createLoadbalancer', 'loadbalancer')],
  'elb-v3': [post('/v3/{project_id}/elb/loadbalancers/clone', 'cloneLoadbalancer', 'loadbalancer')],
  evs: [
    post('/v2/{project_id}/cloudvolumes', 'createVolume', 'evs', plain, 202),
    post('/v2.1/{project_id}/cloudvolumes', 'createVolume', 'evs', plain, 202),
  ],
  bms: [post('/v1/{project_id}/baremetalservers', 'createBareMetalServers', 'bms')],
  sdrs: [post('/v1/{project_id}/server-groups', 'createServerGroup', 'protection_group')],
  deh: [post('/v1.0/{project_id}/dedicated-hosts', 'createDeH', 'deh')],
  eip: [post('/v2/{project_id}/batchpublicips', 'batchCreatePublicIp', 'eip')],
  ims: [post('/v2/cloudimages/action', 'createImage', 'ims')],
  rds: [post(...NEW_INSTANCE, inInstance, 202)],
  ...Object.fromEntries(
    ['taurusdb', 'gaussdb'].map((service) => [service, [post(...NEW_INSTANCE, inInstance, 201)]]),
  ),
  dds: [post(...NEW_INSTANCE, ofInstance, 202)],
  geminidb: [post(...NEW_INSTANCE, ofInstance, 202)],
  ddm: [
    post('/v1/{project_id}/instances', 'createInstance', 'instance', (jobId) => ({
      id: `${hexOf('instance', jobId)}in09`,
      job_id: jobId,
    })),
  ],
  // Its own id is all that the instance has, and what is asked for.
  'dms-kafka': [
    post('/v2/{project_id}/kafka/instances', 'createInstance', 'kafka', (jobId) => ({ instance_id: jobId })),
    post('/v2/kafka/{project_id}/instances', 'createInstance', 'kafka', (jobId) => ({ instance_id: jobId })),
  ],
  // The real one answers without a body; the id is in the list of its tasks.
  cbr: [post('/v3/{project_id}/backups/{id}/restore', 'restoreBackup', 'backup', plain, 202)],
  workspace: [post('/v2/{project_id}/desktops', 'createDesktop', 'desktop')],
  geip: [
    post('/v3/{project_id}/global-eips', 'createGlobalEip', 'global_eip', (jobId, name) => ({
      job_id: jobId,
      global_eip: { id: uuidOf('address', jobId), name },
    })),
  ],
  vpn: [post('/v5/{project_id}/vpn-gateways/{id}/upgrade', 'upgradeVpnGateway', 'vpn-gateway')],
  dws: [post('/v2/{project_id}/clusters/{id}/elbs/{elb_id}', 'associateElb', 'cluster')],
  sfs: [
    post('/v2/{project_id}/shares', 'createShare', 'share', (jobId, name) => ({
      share: { id: jobId, name, status: 'creating', share_proto: 'NFS', size: 1 },
    })),
  ],
  dcs: [{ ...post('/v2/{project_id}/instances/{id}/ssl', 'updateInstanceSSL', 'dcs', camel), method: 'PUT' }],
  'sfs-turbo': [post('/v1/{project_id}/sfs-turbo/shares/{id}/action', 'extendShare', 'share', camel, 202)],
  cce: [post('/api/v3/projects/{project_id}/clusters', 'createCluster', 'cluster', ofCluster, 201)],
  'cce-autopilot': [
    post('/autopilot/v3/projects/{project_id}/clusters', 'createCluster', 'cluster', ofCluster, 201),
  ],
};

export const serviceOf = (system: SystemName): string => system.replace(/^[a-z]+-/, '');
export const cloudOf = (system: string): string => system.split('-')[0]!;

export const submitsOf = (system: SystemName): readonly Submit[] => SUBMITS[serviceOf(system)] ?? [];

/** As the records name the service. */
export const recordedAs = (system: SystemName): string =>
  ({ 'elb-v3': 'ELB', 'sfs-turbo': 'SFS Turbo', deh: 'DeH' })[serviceOf(system)] ??
  serviceOf(system).toUpperCase();

const ID = '([A-Za-z0-9-]+)';

/** Null for every path that starts no job. `projectId` is missing where it stands in the token alone. */
export function findSubmit(
  system: SystemName,
  method: string,
  path: string,
): { submit: Submit; projectId: string | null } | null {
  for (const submit of submitsOf(system)) {
    // Nearly every request asks for a job.
    if (submit.method !== method) continue;
    const names = [...submit.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const pattern = new RegExp(`^${submit.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, ID)}$`);
    const found = pattern.exec(path);
    if (!found) continue;
    const at = names.indexOf('project_id');
    return { submit, projectId: at < 0 ? null : found[at + 1]! };
  }
  return null;
}
