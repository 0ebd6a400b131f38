import type { Lang } from '../reader.ts';

type Action = Readonly<Record<Lang, string>>;

/** What jobs do, in words: by service, and by the service's own name of the type. One that is not here is shown as it is. */
export const JOB_TYPES: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  ecs: {
    createServer: { en: 'creating the server', de: 'Anlegen des Servers', zh: '创建云服务器' },
    createSingleServer: { en: 'creating one server', de: 'Anlegen eines Servers', zh: '创建单台云服务器' },
    deleteServer: { en: 'deleting the server', de: 'Löschen des Servers', zh: '删除云服务器' },
    deleteSingleServer: { en: 'deleting one server', de: 'Löschen eines Servers', zh: '删除单台云服务器' },
    deleteVMs: { en: 'deleting servers', de: 'Löschen von Servern', zh: '删除云服务器' },
    batchDeleteServers: { en: 'deleting servers', de: 'Löschen von Servern', zh: '批量删除云服务器' },
    startServer: { en: 'starting the server', de: 'Starten des Servers', zh: '启动云服务器' },
    batchStartServers: { en: 'starting servers', de: 'Starten von Servern', zh: '批量启动云服务器' },
    stopServer: { en: 'stopping the server', de: 'Stoppen des Servers', zh: '关闭云服务器' },
    batchStopServers: { en: 'stopping servers', de: 'Stoppen von Servern', zh: '批量关闭云服务器' },
    rebootServer: { en: 'restarting the server', de: 'Neustart des Servers', zh: '重启云服务器' },
    batchRebootServers: { en: 'restarting servers', de: 'Neustart von Servern', zh: '批量重启云服务器' },
    resizeServer: { en: 'resizing the server', de: 'Ändern der Servergröße', zh: '变更云服务器规格' },
    changeOS: { en: 'changing the operating system', de: 'Wechsel des Betriebssystems', zh: '切换操作系统' },
    reInitOs: {
      en: 'reinstalling the operating system',
      de: 'Neuinstallation des Betriebssystems',
      zh: '重装操作系统',
    },
    attachVolume: { en: 'attaching the disk', de: 'Anhängen des Datenträgers', zh: '挂载云硬盘' },
    detachVolume: { en: 'detaching the disk', de: 'Trennen des Datenträgers', zh: '卸载云硬盘' },
    createNic: {
      en: 'adding the network interface',
      de: 'Anlegen der Netzwerkschnittstelle',
      zh: '添加网卡',
    },
    deleteNic: {
      en: 'removing the network interface',
      de: 'Entfernen der Netzwerkschnittstelle',
      zh: '删除网卡',
    },
  },
  evs: {
    createVolume: { en: 'creating the disk', de: 'Anlegen des Datenträgers', zh: '创建云硬盘' },
    batchCreateVolume: { en: 'creating disks', de: 'Anlegen von Datenträgern', zh: '批量创建云硬盘' },
    deleteVolume: { en: 'deleting the disk', de: 'Löschen des Datenträgers', zh: '删除云硬盘' },
    extendVolume: { en: 'expanding the disk', de: 'Vergrößern des Datenträgers', zh: '扩容云硬盘' },
  },
  elb: {
    createELB: { en: 'creating the load balancer', de: 'Anlegen des Load Balancers', zh: '创建负载均衡器' },
    updateELB: { en: 'changing the load balancer', de: 'Ändern des Load Balancers', zh: '修改负载均衡器' },
    deleteELB: { en: 'deleting the load balancer', de: 'Löschen des Load Balancers', zh: '删除负载均衡器' },
    createMember: {
      en: 'adding the backend server',
      de: 'Hinzufügen des Backend-Servers',
      zh: '添加后端服务器',
    },
    createMembers: {
      en: 'adding backend servers',
      de: 'Hinzufügen von Backend-Servern',
      zh: '添加后端服务器',
    },
    deleteMember: {
      en: 'removing the backend server',
      de: 'Entfernen des Backend-Servers',
      zh: '移除后端服务器',
    },
    CloneLoadbalancer: {
      en: 'copying the load balancer',
      de: 'Kopieren des Load Balancers',
      zh: '复制负载均衡器',
    },
    CloneListener: { en: 'copying the listener', de: 'Kopieren des Listeners', zh: '复制监听器' },
  },
  bms: {
    baremetalBatchCreate: {
      en: 'creating bare metal servers',
      de: 'Anlegen von Bare-Metal-Servern',
      zh: '批量创建裸金属服务器',
    },
    baremetalSingleCreate: {
      en: 'creating the bare metal server',
      de: 'Anlegen des Bare-Metal-Servers',
      zh: '创建裸金属服务器',
    },
    baremetalReboot: {
      en: 'restarting the bare metal server',
      de: 'Neustart des Bare-Metal-Servers',
      zh: '重启裸金属服务器',
    },
  },
  sdrs: {
    createServerGroupNoCG: {
      en: 'creating the protection group',
      de: 'Anlegen der Schutzgruppe',
      zh: '创建保护组',
    },
    createProtectionGroupNoCG: {
      en: 'creating the protection group',
      de: 'Anlegen der Schutzgruppe',
      zh: '创建保护组',
    },
    stopProtectionGroupNoCG: { en: 'stopping the protection', de: 'Beenden des Schutzes', zh: '停止保护' },
    stopProtectionGroupRepNoCG: {
      en: 'stopping the replication',
      de: 'Beenden der Replikation',
      zh: '停止复制',
    },
    createProtectedInstance: {
      en: 'creating the protected instance',
      de: 'Anlegen der geschützten Instanz',
      zh: '创建保护实例',
    },
    createProtectedInstanceNoCG: {
      en: 'creating the protected instance',
      de: 'Anlegen der geschützten Instanz',
      zh: '创建保护实例',
    },
    createReplicationPairNoCG: {
      en: 'creating the replication pair',
      de: 'Anlegen des Replikationspaars',
      zh: '创建复制对',
    },
  },
  deh: {
    createDedicatedHost: {
      en: 'creating the dedicated host',
      de: 'Anlegen des Dedicated Host',
      zh: '创建专属主机',
    },
    createSingleDedicatedHost: {
      en: 'creating one dedicated host',
      de: 'Anlegen eines Dedicated Host',
      zh: '创建单台专属主机',
    },
  },
  eip: {
    createPublicip: {
      en: 'allocating the public address',
      de: 'Zuweisen der öffentlichen Adresse',
      zh: '申请弹性公网 IP',
    },
    createBatchPublicip: {
      en: 'allocating public addresses',
      de: 'Zuweisen öffentlicher Adressen',
      zh: '批量申请弹性公网 IP',
    },
    batchCreatePublicip: {
      en: 'allocating public addresses',
      de: 'Zuweisen öffentlicher Adressen',
      zh: '批量申请弹性公网 IP',
    },
    deletePublicip: {
      en: 'releasing the public address',
      de: 'Freigeben der öffentlichen Adresse',
      zh: '释放弹性公网 IP',
    },
  },
  ims: {
    imsImportImageJob: { en: 'importing the image', de: 'Importieren des Images', zh: '导入镜像' },
    imsNativeImportImageJob: { en: 'importing the image', de: 'Importieren des Images', zh: '导入镜像' },
    imsImportOvaImageJob: { en: 'importing the image', de: 'Importieren des Images', zh: '导入镜像' },
    imsImportDataImageJob: {
      en: 'importing the data disk image',
      de: 'Importieren des Datenträger-Images',
      zh: '导入数据盘镜像',
    },
    imsNativeExportImageJob: { en: 'exporting the image', de: 'Exportieren des Images', zh: '导出镜像' },
    imsVolumeCreateImageJob: {
      en: 'creating the image from the disk',
      de: 'Anlegen des Images aus dem Datenträger',
      zh: '通过云硬盘创建镜像',
    },
    imsVolumesToSysDataImagesJob: {
      en: 'creating images from disks',
      de: 'Anlegen von Images aus Datenträgern',
      zh: '通过云硬盘创建镜像',
    },
    imsCopyVolumeToImageJob: {
      en: 'copying the disk to an image',
      de: 'Kopieren des Datenträgers in ein Image',
      zh: '将云硬盘复制为镜像',
    },
    imsCopyImageInRegionJob: { en: 'copying the image', de: 'Kopieren des Images', zh: '区域内复制镜像' },
    imsCreateImageByInstance: {
      en: 'creating the image from the server',
      de: 'Anlegen des Images aus dem Server',
      zh: '通过云服务器创建镜像',
    },
    imsCreateWholeImageByInstanceJob: {
      en: 'creating the full-server image',
      de: 'Anlegen des Gesamtserver-Images',
      zh: '创建整机镜像',
    },
    imsCreateWholeImageByBackupJob: {
      en: 'creating the full-server image from the backup',
      de: 'Anlegen des Gesamtserver-Images aus der Sicherung',
      zh: '通过备份创建整机镜像',
    },
    imsAddImageMembersJob: { en: 'sharing the image', de: 'Freigeben des Images', zh: '共享镜像' },
    imsDelImageMembersJob: {
      en: 'ending the sharing of the image',
      de: 'Beenden der Image-Freigabe',
      zh: '取消共享镜像',
    },
    imsUpdateImageMembersJob: {
      en: 'answering the sharing of the image',
      de: 'Beantworten der Image-Freigabe',
      zh: '更新共享镜像状态',
    },
  },
  rds: {
    CreateInstance: { en: 'creating the database', de: 'Anlegen der Datenbank', zh: '创建数据库实例' },
    CreateMysqlSingleHAInstance: {
      en: 'creating the MySQL database',
      de: 'Anlegen der MySQL-Datenbank',
      zh: '创建 MySQL 实例',
    },
    CreatePGSingleHAInstance: {
      en: 'creating the PostgreSQL database',
      de: 'Anlegen der PostgreSQL-Datenbank',
      zh: '创建 PostgreSQL 实例',
    },
    CreateSqlserverSingleHAInstance: {
      en: 'creating the SQL Server database',
      de: 'Anlegen der SQL-Server-Datenbank',
      zh: '创建 SQL Server 实例',
    },
    DeleteInstance: { en: 'deleting the database', de: 'Löschen der Datenbank', zh: '删除数据库实例' },
    RestartInstance: { en: 'restarting the database', de: 'Neustart der Datenbank', zh: '重启数据库实例' },
    ResizeFlavor: { en: 'resizing the database', de: 'Ändern der Datenbankgröße', zh: '变更数据库实例规格' },
    BackupDbSqlserverInInstance: {
      en: 'backing up the SQL Server database',
      de: 'Sichern der SQL-Server-Datenbank',
      zh: '备份 SQL Server 数据库',
    },
    RestoreSqlserverInInstance: {
      en: 'restoring the SQL Server database',
      de: 'Wiederherstellen der SQL-Server-Datenbank',
      zh: '恢复 SQL Server 数据库',
    },
    SingleDbRestoreSqlserverInInstance: {
      en: 'restoring one SQL Server database',
      de: 'Wiederherstellen einer SQL-Server-Datenbank',
      zh: '恢复单个 SQL Server 数据库',
    },
  },
  dcs: {
    masterStandbySwapJob: {
      en: 'swapping master and standby',
      de: 'Tausch von Master und Standby',
      zh: '主备切换',
    },
  },
  cce: {
    CreateCluster: { en: 'creating the cluster', de: 'Anlegen des Clusters', zh: '创建集群' },
    DeleteCluster: { en: 'deleting the cluster', de: 'Löschen des Clusters', zh: '删除集群' },
    UpgradeCluster: { en: 'upgrading the cluster', de: 'Aktualisieren des Clusters', zh: '升级集群' },
    ScaleupCluster: { en: 'scaling up the cluster', de: 'Vergrößern des Clusters', zh: '扩容集群' },
    CreateNode: { en: 'creating the node', de: 'Anlegen des Knotens', zh: '创建节点' },
    DeleteNode: { en: 'deleting the node', de: 'Löschen des Knotens', zh: '删除节点' },
    CreateVM: { en: 'creating the virtual machine', de: 'Anlegen der virtuellen Maschine', zh: '创建虚拟机' },
    InstallMaster: {
      en: 'installing the control plane',
      de: 'Installation der Control Plane',
      zh: '安装控制节点',
    },
    InstallAddons: { en: 'installing the add-ons', de: 'Installation der Add-ons', zh: '安装插件' },
  },
};
